import type { ObjectStore } from '../load/object-store.ts';
import type { ParquetEncoder } from '../load/parquet.ts';
import { fileKey, monthOf, monthPrefix } from '../warehouse/keys.ts';
import { loadsTable } from '../warehouse/loads-table.ts';

/** A row of `loads` by column name, as it also stands in the checkpoint. */
export type LoadRow = Readonly<Record<string, string | number | null>>;

/** Puts the row of a load that was just committed, or of a sync that just failed, in a file of its own. */
export async function putLoadRow(store: ObjectStore, encoder: ParquetEncoder, row: LoadRow): Promise<void> {
  const values = loadsTable.columns.map(({ name }) => row[name] ?? null);
  const metadata = {
    source: String(row.source),
    instance: String(row.instance),
    sync_id: String(row.sync_id ?? ''),
    load_id: String(row.load_id),
  };
  await store.putNew(keyOf(row), await encoder.encode(loadsTable, [values], metadata));
}

/**
 * Puts a row that the checkpoint kept, unless it is there already. Looked up first, since the same row made again by
 * another version of Node may be other bytes.
 */
export async function putLoadRowAgain(store: ObjectStore, encoder: ParquetEncoder, row: LoadRow): Promise<void> {
  const there = await store.list(monthPrefix(loadsTable.name, monthOf(row.finished_at as number)));
  if (!there.some(({ key }) => key === keyOf(row))) await putLoadRow(store, encoder, row);
}

const keyOf = (row: LoadRow): string =>
  fileKey(loadsTable.name, monthOf(row.finished_at as number), row.load_id as string);
