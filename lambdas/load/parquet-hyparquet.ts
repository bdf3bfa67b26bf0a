import { setImmediate } from 'node:timers/promises';
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { type Turn, writeColumnChunk } from './column-chunk.ts';
import { sliceOf } from './column-slice.ts';
import type { ParquetEncoder } from './parquet.ts';
import { keyValues, misfit, parquetSchema } from './parquet-schema.ts';
import { Misfit } from './plain-values.ts';

/**
 * Rows of a row group, the unit that readers skip and hold in memory. A month of a million payments gets 50: a day
 * of it reads two, the lookup of an id about one, and the footer (98 columns) stays near half a megabyte.
 */
const rowGroupSize = 20_000;

/** Encoded in 1 to 3 ms. */
const valuesPerTurn = 5_000;

/**
 * The default encoder, on hyparquet-writer: its file layout, page headers and footer. The column chunks between are
 * ours (column-chunk.ts), since its own take three passes and a BigInt per value.
 */
export const hyparquetEncoder: ParquetEncoder = {
  name: 'hyparquet',
  async encode(table, rows, metadata) {
    const writer = new ByteWriter(1 << 16);
    const schema = parquetSchema(table);
    const file = new ParquetWriter({ writer, schema, statisticsTruncateLength: 64, kvMetadata: keyValues(metadata) });
    const turn = eventLoopTurns();
    for (let from = 0; from < rows.length; from += rowGroupSize) {
      const to = Math.min(from + rowGroupSize, rows.length);
      const groupStart = writer.offset;
      const chunks = [];
      for (const [index, column] of table.columns.entries()) {
        const slice = sliceOf(rows, index, from, to);
        const element = schema[index + 1] as SchemaElement;
        chunks.push(
          await writeColumnChunk(writer, column, element, slice, turn).catch((error) => {
            throw error instanceof Misfit ? misfit(table, column, error.got) : error;
          }),
        );
      }
      file.pendingIndexes.push(...chunks);
      file.num_rows += BigInt(to - from);
      file.row_groups.push({
        columns: chunks.map(({ chunk }) => chunk),
        num_rows: BigInt(to - from),
        total_byte_size: chunks.reduce((sum, { chunk }) => sum + (chunk.meta_data?.total_uncompressed_size ?? 0n), 0n),
        total_compressed_size: BigInt(writer.offset - groupStart),
      });
    }
    file.finish();
    return writer.getBytes();
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
