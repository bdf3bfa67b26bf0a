import { createHash } from 'node:crypto';
import type { ObjectStore, StoredObject } from '../../lambdas/load/object-store.ts';
import { readRows } from '../../lambdas/load/parquet-reader.ts';
import type { Row } from '../../lambdas/sources/row.ts';
import type { Table } from '../../lambdas/sources/table.ts';

/** By table, by the hash of a file's bytes. */
const parsed = new Map<Table, Map<string, readonly Row[]>>();
/** Of one table: a long run makes more files than are ever looked at again. */
const mostFiles = 500;

/** The rows of a file as it lies there now; the same bytes are parsed once. Not to be changed. */
export async function fileRows(store: ObjectStore, object: StoredObject, table: Table): Promise<readonly Row[]> {
  const bytes = await store.read(object.key, 0, object.size);
  const hash = createHash('sha256').update(bytes).digest('base64');
  const files = parsed.get(table) ?? new Map<string, readonly Row[]>();
  const known = files.get(hash);
  if (known) return known;
  const rows: Row[] = [];
  const inHand = { ...store, read: async (_: string, start: number, end: number) => bytes.subarray(start, end) };
  for await (const group of readRows(inHand, object, table)) rows.push(...group);
  if (files.size >= mostFiles) files.clear();
  parsed.set(table, files.set(hash, rows));
  return rows;
}
