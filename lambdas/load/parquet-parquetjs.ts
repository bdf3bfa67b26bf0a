import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import parquetjs from 'parquetjs-lite';
import types from 'parquetjs-lite/lib/types.js';
import type { Row, Value } from '../sources/row.ts';
import type { Column, Table } from '../sources/table.ts';
import type { ParquetEncoder } from './parquet.ts';
import { checkValue } from './parquet-schema.ts';

const rowGroupSize = 20_000;

/** A page of every column is encoded and compressed in one go: at 250 rows that takes about 10 ms. */
const pageSize = 250;

const rowsPerTurn = 50;

let patched = false;

/**
 * Closes two holes in parquetjs-lite's own table of types: INT64 goes through parseInt, which rounds to a double, and
 * DOUBLE through parseFloat, which makes 0 of -0. Bigints and zeros now pass as they are, all else is as it was.
 */
function patchTypes(): void {
  if (patched) return;
  patched = true;
  const { INT64, DOUBLE } = types.PARQUET_LOGICAL_TYPES;
  const { toPrimitive: parseInt64 } = INT64;
  const { toPrimitive: parseDouble } = DOUBLE;
  INT64.toPrimitive = (value) => (typeof value === 'bigint' ? value : parseInt64(value));
  DOUBLE.toPrimitive = (value) => (value === 0 ? value : parseDouble(value));
}

/**
 * The second encoder, kept as a witness: slower, larger files, no dictionaries, no bloom filters, GZIP only.
 * Its page index lacks required fields, and its minimum and maximum of text are in UTF-16 order: neither is written.
 */
export const parquetjsEncoder: ParquetEncoder = {
  name: 'parquetjs',
  async encode(table, rows, metadata) {
    patchTypes();
    const chunks: Uint8Array[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    const writer = await parquetjs.ParquetWriter.openStream(schemaOf(table), stream, {
      rowGroupSize,
      pageSize,
      pageIndex: false,
    });
    for (const [key, value] of Object.entries(metadata)) writer.setMetadata(key, value);
    for (let index = 0; index < rows.length; index++) {
      if (index % rowsPerTurn === 0) await setImmediate();
      await writer.appendRow(recordOf(table, rows[index] ?? []));
    }
    await writer.close();
    return Buffer.concat(chunks);
  },
};

const schemaOf = (table: Table) =>
  new parquetjs.ParquetSchema(Object.fromEntries(table.columns.map((column) => [column.name, fieldOf(column)])));

function fieldOf({ type }: Column) {
  const field = { optional: true, compression: 'GZIP' } as const;
  switch (type) {
    case 'text':
    case 'json':
      return { ...field, type: 'UTF8', statistics: false } as const;
    case 'boolean':
      return { ...field, type: 'BOOLEAN' } as const;
    case 'integer':
      return { ...field, type: 'INT64' } as const;
    case 'double':
      return { ...field, type: 'DOUBLE' } as const;
    case 'instant':
      return { ...field, type: 'TIMESTAMP_MILLIS' } as const;
  }
}

function recordOf(table: Table, row: Row): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [index, column] of table.columns.entries()) {
    const value = row[index] ?? null;
    if (value === null) continue;
    checkValue(table, column, value);
    record[column.name] = primitive(column, value);
  }
  return record;
}

const primitive = ({ type }: Column, value: NonNullable<Value>): unknown => {
  if (type === 'integer') return BigInt(value);
  // As a number, TIMESTAMP_MILLIS refuses what lies before 1970.
  if (type === 'instant') return new Date(Number(value));
  return value;
};
