import { readRows } from '../../lambdas/load/parquet-reader.ts';
import type { Value } from '../../lambdas/sources/row.ts';
import { tableName } from '../../lambdas/warehouse/instance.ts';
import { tablePrefix } from '../../lambdas/warehouse/keys.ts';
import type { SyncBench } from './sync-bench.ts';

export type HistoryRow = Readonly<Record<string, Value>>;

/** Every version of every payment in the warehouse, by column name, in order of `_load_id`. */
export async function historyRows({ store, instance }: Pick<SyncBench, 'store' | 'instance'>): Promise<HistoryRow[]> {
  const { payments } = instance.source;
  const rows: HistoryRow[] = [];
  for (const object of await store.list(tablePrefix(tableName(instance, payments)))) {
    for await (const group of readRows(store, object, payments)) {
      for (const row of group) {
        rows.push(Object.fromEntries(payments.columns.map(({ name }, at) => [name, row[at] ?? null])));
      }
    }
  }
  return rows.sort((one, other) => (String(one._load_id) < String(other._load_id) ? -1 : 1));
}
