import type { StoredObject } from '../load/object-store.ts';
import { readColumns, readRows } from '../load/parquet-reader.ts';
import type { Row, Value } from '../sources/row.ts';
import type { Table } from '../sources/table.ts';
import type { FlatRecord } from '../transform/flatten.ts';
import { keepPersonalData, type PersonalData } from '../transform/personal-data.ts';
import { compileStored } from '../transform/stored-row.ts';
import { tableName } from '../warehouse/instance.ts';
import { monthPrefix } from '../warehouse/keys.ts';
import type { Mark } from './seal-load.ts';
import type { Lake, ShownPayment } from './shown-payments.ts';

/**
 * Reads payments back as they are shown, children included, with a mark set; personal data in the form the lake has
 * now, whatever it had when they were written. Memory: the payments, and a row group.
 *
 * @param payments of one month
 * @param at the mark's time
 * @returns those whose rows are still there; what a load decides is as it was
 */
export async function copyPayments(
  { store, instance, personalData = keepPersonalData }: Lake & { readonly personalData?: PersonalData },
  month: string,
  payments: readonly ShownPayment[],
  mark: Mark,
  at: number,
): Promise<FlatRecord[]> {
  const { tables, shared } = instance.source;
  const wanted = new Map(payments.map((payment) => [nameOf(payment), payment]));
  const paymentKeys = new Set(payments.map(({ key }) => key));
  const found = new Map<string, Row[][]>();
  for (const [number, table] of tables.entries()) {
    const objects = await store.list(monthPrefix(tableName(instance, table), month));
    // Only payments rows tell which file a version was found in.
    const files = number === 0 ? objects.filter(({ key }) => paymentKeys.has(key)) : objects;
    const rows = await rowsOf(store, files, table, number === 0 ? shared.created_at : 'payment_created_at', wanted);
    const intoForm = compileStored(table, personalData);
    for (const [name, own] of rows) {
      for (const row of own) intoForm(row);
      const record = found.get(name) ?? tables.map(() => []);
      found.set(name, record);
      record[number] = own;
    }
  }
  const value = valueIn(tables[0] as Table);
  const markColumn = (tables[0] as Table).columns.findIndex(({ name }) => name === mark);
  const copies: FlatRecord[] = [];
  for (const [name, { id, createdAt }] of wanted) {
    const rows = found.get(name);
    const payment = rows?.[0]?.[0];
    if (!rows || !payment) continue;
    payment[markColumn] = at;
    const updatedAt = value(payment, shared.updated_at) as number | null;
    copies.push({ id, createdAt, updatedAt, hash: value(payment, '_hash') as bigint, rows });
  }
  return copies;
}

const nameOf = ({ id, createdAt, loadId }: Pick<ShownPayment, 'id' | 'createdAt' | 'loadId'>): string =>
  `${loadId} ${createdAt} ${id}`;

/** Rows of the wanted versions, each once whatever files hold it, in order of their positions. */
async function rowsOf(
  store: Lake['store'],
  files: readonly StoredObject[],
  table: Table,
  createdAtColumn: string,
  wanted: ReadonlyMap<string, unknown>,
): Promise<Map<string, Row[]>> {
  const value = valueIn(table);
  const found = new Map<string, Map<string, Row>>();
  const take = (row: Row) => {
    const [id, createdAt, loadId] = ['payment_id', createdAtColumn, '_load_id'].map((name) => value(row, name));
    const name = nameOf({ id, createdAt, loadId } as Parameters<typeof nameOf>[0]);
    if (!wanted.has(name)) return;
    const own = found.get(name) ?? new Map<string, Row>();
    found.set(name, own);
    own.set(JSON.stringify(table.rowKey.map((key) => value(row, key))), row);
  };
  for (const file of files) {
    if (!(await holdsAny(store, file, createdAtColumn, wanted))) continue;
    for await (const group of readRows(store, file, table)) for (const row of group) take(row);
  }
  const positions = table.rowKey.filter((key) => key !== 'key');
  const order = (one: Row, other: Row): number => {
    const at = positions.find((key) => value(one, key) !== value(other, key));
    return at === undefined ? 0 : Number(value(one, at)) - Number(value(other, at));
  };
  return new Map([...found].map(([name, own]) => [name, [...own.values()].sort(order)]));
}

/** Three columns tell whether a file is worth reading whole. */
async function holdsAny(
  store: Lake['store'],
  file: StoredObject,
  createdAtColumn: string,
  wanted: ReadonlyMap<string, unknown>,
): Promise<boolean> {
  for await (const { rows, columns } of readColumns(store, file, ['payment_id', createdAtColumn, '_load_id'])) {
    const [ids, createdAts, loadIds] = columns;
    for (let row = 0; row < rows; row++) {
      const createdAt = (createdAts?.[row] ?? null) as number | null;
      if (wanted.has(nameOf({ id: ids?.[row] as string, createdAt, loadId: loadIds?.[row] as string }))) return true;
    }
  }
  return false;
}

function valueIn({ columns }: Table) {
  const places = new Map(columns.map(({ name }, at) => [name, at]));
  return (row: Row, name: string): Value => row[places.get(name) ?? -1] ?? null;
}
