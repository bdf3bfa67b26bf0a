import type { SchemaElement } from 'hyparquet';
import type { MinMaxType } from 'hyparquet/src/types.js';
import { ByteWriter } from 'hyparquet-writer';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import type { PageIndexes } from 'hyparquet-writer/src/types.js';
import type { Column } from '../sources/table.ts';
import { addTexts, bloomFilter } from './bloom-filter.ts';
import { ChunkWriter } from './chunk-writer.ts';
import type { ColumnSlice } from './column-slice.ts';
import { type Dictionary, dictionaryOf } from './dictionary.ts';
import { codec } from './page-compression.ts';
import { hasBloomFilter } from './parquet-schema.ts';
import { plainValues } from './plain-values.ts';

/** Below this many bytes a chunk gains nothing from compression. */
const tiny = 256;

/** A full page of long texts takes about as long as this many values of other columns. */
const pageWeight = 5_000;

/** Gives the event loop a turn once enough values have been encoded. */
export type Turn = (values: number) => Promise<void> | undefined;

/**
 * Writes one column of one row group: a dictionary if the values repeat, else the values as they are.
 *
 * @throws {Misfit} if a value does not fit the column's type
 */
export async function writeColumnChunk(
  out: ByteWriter,
  column: Column,
  element: SchemaElement,
  slice: ColumnSlice,
  turn: Turn,
): Promise<PageIndexes> {
  // A dictionary of doubles would make one of 0 and -0, and one of booleans is as large as they are.
  const dictionary = column.type === 'double' || column.type === 'boolean' ? null : dictionaryOf(slice.values);
  const written = dictionary
    ? writeWithDictionary(out, column, element, slice, dictionary)
    : await writePlain(out, column, element, slice, turn);
  await turn(slice.levels.length);
  return written;
}

function writeWithDictionary(
  out: ByteWriter,
  column: Column,
  element: SchemaElement,
  { values, levels }: ColumnSlice,
  { distinct, indexes }: Dictionary,
): PageIndexes {
  const plain = plainValues(column.type, distinct, 0, distinct.length);
  const filter = hasBloomFilter(column) ? bloomFilter(distinct.length) : undefined;
  if (filter) addTexts(filter, plain.bytes);
  const packed = new ByteWriter(64 + indexes.length);
  // At least one bit, though a dictionary of one value needs none: not every reader takes a width of 0.
  const width = Math.max(1, 32 - Math.clz32(distinct.length - 1));
  packed.appendUint8(width);
  writeRleBitPackedHybrid(packed, indexes, width);
  const isTiny = plain.bytes.length + packed.offset < tiny;
  const chunk = new ChunkWriter(out, element, isTiny ? 'UNCOMPRESSED' : codec);
  chunk.dictionaryPage(plain.bytes, distinct.length);
  chunk.dataPage(levels, values.length, 'RLE_DICTIONARY', packed.getBytes());
  return chunk.finish({ min_value: plain.min, max_value: plain.max }, filter);
}

async function writePlain(
  out: ByteWriter,
  column: Column,
  element: SchemaElement,
  { values, levels, pages }: ColumnSlice,
  turn: Turn,
): Promise<PageIndexes> {
  const isTiny = values.length === 0 || (element.type !== 'BYTE_ARRAY' && values.length * 8 < tiny);
  const chunk = new ChunkWriter(out, element, isTiny ? 'UNCOMPRESSED' : codec);
  if (values.length === 0) {
    chunk.dataPage(levels, 0, 'PLAIN', new Uint8Array());
    return chunk.finish({}, undefined);
  }
  const filter = hasBloomFilter(column) ? bloomFilter(values.length) : undefined;
  const bounds: { min_value?: MinMaxType; max_value?: MinMaxType } = {};
  for (const [page, { row, value }] of pages.entries()) {
    const next = pages[page + 1] ?? { row: levels.length, value: values.length };
    const plain = plainValues(column.type, values, value, next.value);
    if (filter) addTexts(filter, plain.bytes);
    chunk.dataPage(levels.subarray(row, next.row), next.value - value, 'PLAIN', plain.bytes);
    if (bounds.min_value === undefined || isBefore(plain.min, bounds.min_value)) bounds.min_value = plain.min;
    if (bounds.max_value === undefined || isBefore(bounds.max_value, plain.max)) bounds.max_value = plain.max;
    if (pages.length > 1) await turn(pageWeight);
  }
  return chunk.finish(bounds, filter);
}

/** Only texts take more than one page. */
const isBefore = (a: MinMaxType, b: MinMaxType): boolean =>
  typeof a === 'string' && typeof b === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 : a < b;
