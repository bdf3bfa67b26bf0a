import type { FileMetaData, RowGroup } from 'hyparquet';
import type { ObjectStore, StoredObject } from '../load/object-store.ts';
import { openParquet } from '../load/parquet-reader.ts';
import { parquetSchema } from '../load/parquet-schema.ts';
import type { Table } from '../sources/table.ts';
import type { RowOrder } from './compact-order.ts';

/** A row group as a merge sees it: sorted by itself once it is read, and not needed before its first instant. */
export interface Run {
  readonly object: StoredObject;
  readonly group: number;
  readonly rows: number;
  /** Of the order's instant, ms; -Infinity where a row has none, or nothing is known. */
  readonly from: number;
  /** Infinity where nothing is known. */
  readonly to: number;
  /** What its rows take in memory, bytes, as it is estimated. */
  readonly weight: number;
}

/** A small file that could be merged with others. */
export interface Input {
  readonly object: StoredObject;
  readonly runs: readonly Run[];
}

/** A row of `columns` cells: 8 bytes in the row's array and 8 in its column's, while one is made of the other. */
const cellBytes = 16;

/**
 * Reads a file's footer.
 *
 * @returns null for a file whose columns are not the table's: written by another version, it is left alone, since its
 *   rows could not be written again without loss
 */
export async function readInput(
  store: ObjectStore,
  object: StoredObject,
  table: Table,
  order: RowOrder,
): Promise<Input | null> {
  const { metadata } = await openParquet(store, object);
  if (!holdsOnly(metadata, table)) return null;
  const runs = metadata.row_groups.map((rowGroup, group) => runOf(object, group, rowGroup, metadata, table, order));
  return { object, runs };
}

/** The column may be missing in an older file; it may not be of another physical type, or unknown. */
function holdsOnly({ schema }: FileMetaData, table: Table): boolean {
  const types = new Map(parquetSchema(table).map(({ name, type }) => [name, type]));
  return schema.slice(1).every(({ name, type }) => types.has(name) && types.get(name) === type);
}

function runOf(
  object: StoredObject,
  group: number,
  rowGroup: RowGroup,
  { created_by = '' }: FileMetaData,
  table: Table,
  { time }: RowOrder,
): Run {
  const rows = Number(rowGroup.num_rows);
  const name = table.columns[time]?.name;
  const chunk = rowGroup.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name);
  // Only our own default encoder's statistics are believed: a merge relies on them.
  const statistics = created_by.startsWith('hyparquet') ? chunk?.meta_data?.statistics : undefined;
  const { min_value, max_value, null_count } = statistics ?? {};
  const weight = Number(rowGroup.total_byte_size) + rows * table.columns.length * cellBytes;
  const from = min_value === undefined || null_count !== 0n ? Number.NEGATIVE_INFINITY : Number(min_value);
  const to = max_value === undefined ? Number.POSITIVE_INFINITY : Number(max_value);
  return { object, group, rows, weight, from, to };
}
