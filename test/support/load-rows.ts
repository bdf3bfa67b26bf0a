import { loadsTable } from '../../lambdas/warehouse/loads-table.ts';
import { fileRows } from './file-rows.ts';
import type { SyncBench } from './sync-bench.ts';

/** Every row of `loads` by column name, oldest first. */
export async function loadRows({ store }: Pick<SyncBench, 'store'>): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (const object of await store.list('warehouse/loads/')) {
    for (const row of await fileRows(store, object, loadsTable)) {
      rows.push(Object.fromEntries(loadsTable.columns.map(({ name }, at) => [name, row[at]])));
    }
  }
  return rows;
}
