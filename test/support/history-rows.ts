import type { Row, Value } from '../../lambdas/sources/row.ts';
import type { Table } from '../../lambdas/sources/table.ts';
import { tableName } from '../../lambdas/warehouse/instance.ts';
import { tablePrefix } from '../../lambdas/warehouse/keys.ts';
import { fileRows } from './file-rows.ts';
import type { CurrentRows } from './lake-records.ts';
import type { SyncBench } from './sync-bench.ts';

type Lake = Pick<SyncBench, 'store' | 'instance'>;

export type HistoryRow = Readonly<Record<string, Value>>;

/** Every version of every payment in the warehouse, by column name, in order of `_load_id`. */
export async function historyRows(lake: Lake): Promise<HistoryRow[]> {
  const { payments } = lake.instance.source;
  const rows = await rowsOf(lake, payments);
  const named = rows.map(({ row }) =>
    Object.fromEntries(payments.columns.map(({ name }, at) => [name, row[at] ?? null])),
  );
  return named.sort((one, other) => (String(one._load_id) < String(other._load_id) ? -1 : 1));
}

/** The rule of the current views (protocol.md, "The current view") over the files as they are, without an engine. */
export function currentRows(lake: Lake): CurrentRows {
  const { payments } = lake.instance.source;
  const chosen = rowsOf(lake, payments).then((versions) => {
    const value = valueIn(payments);
    const newest = new Map<string, { readonly row: Row; readonly load: string }>();
    const age = ({ row }: { readonly row: Row }) =>
      ['_version_at', '_loaded_at', '_load_id'].map((name) => value(row, name));
    for (const { row, month } of versions) {
      const key = JSON.stringify([month, value(row, 'payment_id'), value(row, 'created_at')]);
      const before = newest.get(key);
      if (!before || isAbove(age({ row }), age(before)))
        newest.set(key, { row, load: `${key} ${value(row, '_load_id')}` });
    }
    return [...newest.values()].filter(({ row }) => value(row, '_superseded_at') === null);
  });
  return async (table) => {
    const shown = await chosen;
    if (table === payments) return shown.map(({ row }) => row);
    const value = valueIn(table);
    const loads = new Set(shown.map(({ load }) => load));
    const once = new Map<string, Row>();
    for (const { row, month } of await rowsOf(lake, table)) {
      const id = value(row, 'payment_id');
      const payment = JSON.stringify([month, id, value(row, 'payment_created_at')]);
      const place = JSON.stringify([payment, ...table.rowKey.map((name) => value(row, name))]);
      if (loads.has(`${payment} ${value(row, '_load_id')}`)) once.set(place, row);
    }
    const places = table.rowKey.filter((name) => name !== 'key');
    const place = (row: Row) => places.map((name) => value(row, name));
    return [...once.values()].sort((one, other) => (isAbove(place(one), place(other)) ? 1 : -1));
  };
}

async function rowsOf(
  { store, instance }: Lake,
  table: Table,
): Promise<{ readonly row: Row; readonly month: string }[]> {
  const rows: { row: Row; month: string }[] = [];
  for (const object of await store.list(tablePrefix(tableName(instance, table)))) {
    const month = /month=([^/]+)/.exec(object.key)?.[1] ?? '';
    for (const row of await fileRows(store, object, table)) rows.push({ row, month });
  }
  return rows;
}

function valueIn({ columns }: Table) {
  const places = new Map(columns.map(({ name }, at) => [name, at]));
  return (row: Row, name: string): Value => row[places.get(name) ?? -1] ?? null;
}

/** Compared value by value, the first that differs decides. */
function isAbove(one: readonly Value[], other: readonly Value[]): boolean {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at >= 0 && (one[at] as string) > (other[at] as string);
}
