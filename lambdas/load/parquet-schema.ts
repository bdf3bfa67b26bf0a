import type { KeyValue, SchemaElement } from 'hyparquet';
import type { ColumnType } from '../sources/column.ts';
import type { Value } from '../sources/row.ts';
import type { Column, Table } from '../sources/table.ts';

/**
 * The Parquet schema of a table: flat, every column optional, in the table's order.
 * Instants are not adjusted to UTC: DuckDB makes TIMESTAMPTZ of adjusted ones, which moves months under another
 * TimeZone. They have the logical type only, since the older converted type means "adjusted".
 */
export const parquetSchema = (table: Table): SchemaElement[] => [
  { name: 'root', num_children: table.columns.length },
  ...table.columns.map(schemaElement),
];

function schemaElement({ name, type }: Column): SchemaElement {
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  switch (type) {
    case 'text':
    // JSON too is STRING: with Parquet's JSON type hyparquet-writer would encode the text a second time.
    case 'json':
      return { ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
    case 'boolean':
      return { ...optional, type: 'BOOLEAN' };
    case 'integer':
      return { ...optional, type: 'INT64' };
    case 'double':
      return { ...optional, type: 'DOUBLE' };
    case 'instant':
      return {
        ...optional,
        type: 'INT64',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' },
      };
  }
}

/**
 * Columns with a bloom filter: the ids one payment, or one customer's payments, are looked up by. Rows are sorted by
 * time, so minimum and maximum of a row group say little about an id.
 */
export const hasBloomFilter = ({ name, type }: Column): boolean =>
  type === 'text' && (name === 'payment_id' || name === 'customer_id');

export const keyValues = (metadata: Readonly<Record<string, string>>): KeyValue[] =>
  Object.entries(metadata).map(([key, value]) => ({ key, value }));

const wanted: Record<ColumnType, (value: NonNullable<Value>) => boolean> = {
  text: (value) => typeof value === 'string',
  json: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => (typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value)),
  double: (value) => Number.isFinite(value),
  instant: (value) => Number.isSafeInteger(value),
};

/** @throws {TypeError} naming table and column, never the value: transform lets no such value through */
export function checkValue(table: Table, column: Column, value: NonNullable<Value>): void {
  if (!wanted[column.type](value)) throw misfit(table, column, typeof value);
}

/** @param got the type of what was got */
export const misfit = (table: Table, column: Column, got: string): TypeError =>
  new TypeError(
    `${table.name}.${column.name}: a value of a column of type ${column.type} must fit it, got a ${got} that does not; no file was made`,
  );
