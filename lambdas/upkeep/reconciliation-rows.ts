import { fileKey, monthOf } from '../warehouse/keys.ts';
import { reconciliationsTable } from '../warehouse/reconciliations-table.ts';
import type { ReconcileOptions } from './reconcile-options.ts';
import type { Reconciliation } from './reconciliation.ts';

/** Puts a counting's rows in a file of its own. */
export async function putReconciliation(
  { store, encoder }: Pick<ReconcileOptions, 'store' | 'encoder'>,
  { id, source, instance, asOf, countedAt, syncId, counts }: Reconciliation,
): Promise<void> {
  const rows = counts.map(({ status, inApi, inWarehouse, verdict, duplicates }) => {
    const row: Readonly<Record<string, string | number | null>> = {
      reconciliation_id: id,
      source,
      instance,
      status,
      in_api: inApi,
      in_warehouse: inWarehouse,
      difference: inApi - inWarehouse,
      verdict,
      duplicates,
      as_of: asOf,
      counted_at: countedAt,
      sync_id: syncId,
    };
    return reconciliationsTable.columns.map(({ name }) => row[name] ?? null);
  });
  const key = fileKey(reconciliationsTable.name, monthOf(countedAt), id);
  const metadata = { source, instance, sync_id: syncId ?? '', reconciliation_id: id };
  await store.putNew(key, await encoder.encode(reconciliationsTable, rows, metadata));
}
