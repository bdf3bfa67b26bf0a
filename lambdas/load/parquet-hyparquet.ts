import { setImmediate } from 'node:timers/promises';
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Row } from '../sources/row.ts';
import type { Table } from '../sources/table.ts';
import { type Turn, writeColumnChunk } from './column-chunk.ts';
import { sliceOf } from './column-slice.ts';
import type { ParquetEncoder } from './parquet.ts';
import { keyValues, misfit, parquetSchema } from './parquet-schema.ts';
import { Misfit } from './plain-values.ts';

/**
 * Rows of a row group, the unit that readers skip and hold in memory. A month of 42,000 payments gets 9: a day of it
 * reads one or two, the lookup of an id about one. A quarter of 20,000 costs no CPU and 1 % of the bytes; a month of a
 * million payments gets 200, and a footer of 2.5 MB, which is why it is not less.
 */
export const rowGroupSize = 5_000;

/** Encoded in 1 to 3 ms. */
const valuesPerTurn = 5_000;

/**
 * A file in the making, row group by row group. In memory are the bytes written so far and the row group in hand.
 * The column chunks are ours (column-chunk.ts), since hyparquet-writer's own take three passes and a BigInt per value;
 * its are the file's layout, page headers and footer.
 */
export class HyparquetFile {
  readonly #table: Table;
  readonly #schema: SchemaElement[];
  readonly #writer: ByteWriter;
  readonly #file: ParquetWriter;
  readonly #turn = eventLoopTurns();

  /** @param expectedBytes room made at once, so that a large file is not copied each time it outgrows its buffer */
  constructor(table: Table, metadata: Readonly<Record<string, string>>, expectedBytes = 1 << 16) {
    this.#table = table;
    this.#schema = parquetSchema(table);
    this.#writer = new ByteWriter(expectedBytes);
    this.#file = new ParquetWriter({
      writer: this.#writer,
      schema: this.#schema,
      statisticsTruncateLength: 64,
      kvMetadata: keyValues(metadata),
    });
  }

  /** Written so far, without the footer. */
  get bytes(): number {
    return this.#writer.offset;
  }

  get rows(): number {
    return Number(this.#file.num_rows);
  }

  /** Writes rows `from` (inclusive) to `to` (exclusive) as one row group, of at most `rowGroupSize`. */
  async addGroup(rows: readonly Row[], from: number, to: number): Promise<void> {
    const writer = this.#writer;
    const groupStart = writer.offset;
    const chunks = [];
    for (const [index, column] of this.#table.columns.entries()) {
      const slice = sliceOf(rows, index, from, to);
      const element = this.#schema[index + 1] as SchemaElement;
      chunks.push(
        await writeColumnChunk(writer, column, element, slice, this.#turn).catch((error) => {
          throw error instanceof Misfit ? misfit(this.#table, column, error.got) : error;
        }),
      );
    }
    this.#file.pendingIndexes.push(...chunks);
    this.#file.num_rows += BigInt(to - from);
    this.#file.row_groups.push({
      columns: chunks.map(({ chunk }) => chunk),
      num_rows: BigInt(to - from),
      total_byte_size: chunks.reduce((sum, { chunk }) => sum + (chunk.meta_data?.total_uncompressed_size ?? 0n), 0n),
      total_compressed_size: BigInt(writer.offset - groupStart),
    });
  }

  /** @returns the whole file; nothing may be added after */
  finish(): Uint8Array {
    this.#file.finish();
    return this.#writer.getBytes();
  }
}

/** The default encoder, on hyparquet-writer. */
export const hyparquetEncoder: ParquetEncoder = {
  name: 'hyparquet',
  async encode(table, rows, metadata) {
    const file = new HyparquetFile(table, metadata);
    for (let from = 0; from < rows.length; from += rowGroupSize) {
      await file.addGroup(rows, from, Math.min(from + rowGroupSize, rows.length));
    }
    return file.finish();
  },
};

function eventLoopTurns(): Turn {
  let waiting = 0;
  return (values) => {
    waiting += values;
    if (waiting < valuesPerTurn) return undefined;
    waiting = 0;
    return setImmediate();
  };
}
