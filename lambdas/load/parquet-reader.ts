import { setImmediate } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import { type AsyncBuffer, type Compressors, type FileMetaData, parquetMetadataAsync } from 'hyparquet';
import { parquetReadAsync } from 'hyparquet/src/read.js';
import { decompressZstd } from 'hyparquet-compressors';
import { TerminalError, TransientError } from '../errors.ts';
import type { Row, Value } from '../sources/row.ts';
import type { Column, Table } from '../sources/table.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** Text and json as string, every INT64 as bigint, an instant as a number of milliseconds, as in a row. */
export type ColumnValues = ArrayLike<Value>;

/** Columns of one row group, in the order they were asked for. */
export interface ColumnGroup {
  readonly rows: number;
  readonly columns: readonly ColumnValues[];
}

/** Holds the footer of nearly every file, and the whole of a small one: then it is the only read. */
const tailBytes = 128 * 1024;

/** Decoded before the event loop gets a turn: about 20 ms of a full row group. */
const columnsPerTurn = 32;

/** Node has Zstandard from 22.15 on. */
const { zstdDecompressSync = decompressZstd } = zlib as { zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array };

const compressors: Compressors = {
  GZIP: (bytes) => zlib.gunzipSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
};

const parsers = {
  timestampFromMilliseconds: Number,
  // TextDecoder would drop a byte order mark at the start of a value.
  stringFromBytes: (bytes: Uint8Array | undefined) =>
    bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
};

/** A file whose footer is read; its row groups are read as they are asked for. */
export interface OpenParquet {
  readonly metadata: FileMetaData;
  /** @param columns names; one the file does not have is null throughout */
  readGroup(group: number, columns: readonly string[]): Promise<ColumnGroup>;
}

/** @throws {TerminalError} if it is not a whole Parquet file */
export async function openParquet(store: ObjectStore, object: StoredObject): Promise<OpenParquet> {
  const file = await openTail(store, object);
  const metadata = await asParquet(object, () => parquetMetadataAsync(file, { initialFetchSize: tailBytes }));
  const inFile = new Set(metadata.schema.slice(1).map(({ name }) => name));
  const rowStarts = [0];
  for (const { num_rows } of metadata.row_groups) rowStarts.push((rowStarts.at(-1) as number) + Number(num_rows));
  return {
    metadata,
    async readGroup(group, columns) {
      const found = columns.filter((name) => inFile.has(name));
      const [rowStart = 0, rowEnd = 0] = rowStarts.slice(group, group + 2);
      const rows = rowEnd - rowStart;
      const read = new Map<string, ColumnValues>();
      for (let first = 0; first < found.length; first += columnsPerTurn) {
        const some = found.slice(first, first + columnsPerTurn);
        await asParquet(object, () => readGroup(file, metadata, some, rowStart, rowEnd, read));
        await setImmediate();
      }
      return { rows, columns: columns.map((name) => read.get(name) ?? new Array<null>(rows).fill(null)) };
    },
  };
}

/**
 * Reads chosen columns of a file, row group by row group: memory is bounded by the chosen columns of one row group.
 * A column the file does not have is null throughout.
 *
 * @throws {TerminalError} if it is not a whole Parquet file
 */
export async function* readColumns(
  store: ObjectStore,
  object: StoredObject,
  columns: readonly string[],
): AsyncGenerator<ColumnGroup> {
  const file = await openParquet(store, object);
  for (const group of file.metadata.row_groups.keys()) yield file.readGroup(group, columns);
}

/** Reads whole rows back as they were written, a row group at a time. */
export async function* readRows(store: ObjectStore, object: StoredObject, table: Table): AsyncGenerator<Row[]> {
  const file = await openParquet(store, object);
  for (const group of file.metadata.row_groups.keys()) yield readGroupRows(file, group, table);
}

/** The rows of one row group as they were written. */
export async function readGroupRows(file: OpenParquet, group: number, table: Table): Promise<Row[]> {
  const read = await file.readGroup(
    group,
    table.columns.map(({ name }) => name),
  );
  const rows = Array.from({ length: read.rows }, (): Row => new Array<Value>(read.columns.length));
  for (const [index, column] of table.columns.entries()) fillColumn(rows, index, column, read.columns[index] ?? []);
  return rows;
}

function fillColumn(rows: readonly Row[], index: number, { name, type }: Column, values: ColumnValues): void {
  const isSafeInteger = type === 'integer' && name !== '_hash';
  for (const [at, row] of rows.entries()) {
    const value = values[at] ?? null;
    row[index] = isSafeInteger && value !== null ? Number(value) : value;
  }
}

async function readGroup(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: string[],
  rowStart: number,
  rowEnd: number,
  into: Map<string, ColumnValues>,
): Promise<void> {
  const groups = parquetReadAsync({ file, metadata, columns, rowStart, rowEnd, compressors, parsers });
  await Promise.all(
    groups.flatMap(({ asyncColumns }) =>
      asyncColumns.map(async ({ pathInSchema: [name = ''], data }) => {
        const pages = (await data).data as ArrayLike<Value>[];
        into.set(name, pages.length === 1 && pages[0] ? pages[0] : pages.flatMap((page) => Array.from(page)));
      }),
    ),
  );
}

async function openTail(store: ObjectStore, { key, size }: StoredObject): Promise<AsyncBuffer> {
  const tailStart = Math.max(0, size - tailBytes);
  const tail = await store.read(key, tailStart, size);
  return {
    byteLength: size,
    async slice(start, end = size) {
      const isInTail = start >= tailStart;
      const bytes = isInTail ? tail.subarray(start - tailStart, end - tailStart) : await store.read(key, start, end);
      // hyparquet takes an ArrayBuffer whole, and a Buffer's may hold more than its bytes.
      return new Uint8Array(bytes).buffer;
    },
  };
}

async function asParquet<T>({ key }: StoredObject, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TransientError || error instanceof TerminalError) throw error;
    throw new TerminalError(`${key}: must be a whole Parquet file, got: ${(error as Error).message}`, { cause: error });
  }
}
