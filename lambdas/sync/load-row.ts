import type { ObjectStore } from '../load/object-store.ts';
import type { ParquetEncoder } from '../load/parquet.ts';
import { fileKey, monthOf, monthPrefix } from '../warehouse/keys.ts';
import { loadsTable } from '../warehouse/pipeline-tables.ts';

/** A row of `loads` by column name, as it also stands in the checkpoint. */
export type LoadRow = Readonly<Record<string, string | number | null>>;

/** Puts a row of `loads` in a file of its own; one that is there already is left as it is. */
export async function putLoadRow(store: ObjectStore, encoder: ParquetEncoder, row: LoadRow): Promise<void> {
  const month = monthOf(row.finished_at as number);
  const key = fileKey(loadsTable.name, month, row.load_id as string);
  // Looked up first: made again by another version of Node the same row may be other bytes.
  const there = await store.list(monthPrefix(loadsTable.name, month));
  if (there.some((object) => object.key === key)) return;
  const values = loadsTable.columns.map(({ name }) => row[name] ?? null);
  const metadata = {
    source: String(row.source),
    instance: String(row.instance),
    sync_id: String(row.sync_id),
    load_id: String(row.load_id),
  };
  await store.putNew(key, await encoder.encode(loadsTable, [values], metadata));
}
