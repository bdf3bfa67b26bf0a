import type { ObjectStore } from '../load/object-store.ts';
import type { ParquetEncoder } from '../load/parquet.ts';
import type { Row } from '../sources/row.ts';
import { driftTable } from '../warehouse/drift-table.ts';
import { fileKey, monthOf } from '../warehouse/keys.ts';
import type { DriftSeen } from './drift-tally.ts';

/** Whose load it was: also what stands in the file's metadata. */
export type LoadFacts = Readonly<Record<'source' | 'instance' | 'sync_id' | 'load_id', string>>;

/**
 * Puts what a load's pages held beyond the declaration in a file of its own, before the checkpoint moves. The view
 * counts it only once the load stands in `loads`: what a killed process left behind is never counted, and the pages it
 * read are read again.
 */
export async function putDrift(
  store: ObjectStore,
  encoder: ParquetEncoder,
  seen: readonly DriftSeen[],
  load: LoadFacts,
): Promise<void> {
  if (seen.length === 0) return;
  const rows = seen.map((one): Row => {
    const cells: Readonly<Record<string, string | number>> = {
      ...load,
      table_name: `${load.instance}_${one.table}`,
      path: one.path,
      kind: one.kind,
      json_type: one.type,
      first_seen_at: one.firstSeenAt,
      last_seen_at: one.lastSeenAt,
      count: one.count,
      shape: one.shape,
    };
    return driftTable.columns.map(({ name }) => cells[name] ?? null);
  });
  const month = monthOf(Math.max(...seen.map(({ lastSeenAt }) => lastSeenAt)));
  await store.putNew(fileKey(driftTable.name, month, load.load_id), await encoder.encode(driftTable, rows, load));
}
