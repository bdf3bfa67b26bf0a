import type { ColumnType } from '../sources/column.ts';
import type { Column } from '../sources/table.ts';

/** Who runs the SQL: Athena's Trino in the cloud, DuckDB on a laptop. Views read the same in both; types are spelled apart. */
export type Engine = 'trino' | 'duckdb';

/** A view also has decimals, DECIMAL(38,4): amounts in major units. No file holds one. */
export type ShownType = ColumnType | 'decimal';

/** What a table or view shows of a column. */
export interface ShownColumn extends Pick<Column, 'name' | 'meaning' | 'personal' | 'unit'> {
  readonly type: ShownType;
}

const spelled: Readonly<Record<ShownType, { readonly [engine in Engine]: string }>> = {
  text: { trino: 'varchar', duckdb: 'VARCHAR' },
  json: { trino: 'varchar', duckdb: 'VARCHAR' },
  boolean: { trino: 'boolean', duckdb: 'BOOLEAN' },
  integer: { trino: 'bigint', duckdb: 'BIGINT' },
  double: { trino: 'double', duckdb: 'DOUBLE' },
  decimal: { trino: 'decimal(38,4)', duckdb: 'DECIMAL(38,4)' },
  instant: { trino: 'timestamp(3)', duckdb: 'TIMESTAMP' },
};

export const sqlType = (type: ShownType, engine: Engine): string => spelled[type][engine];

/** A name as both engines take it: many of ours are SQL words too (`key`, `value`, `position`). */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A NULL of the column's type, under the column's name. */
export const typedNull = ({ name, type }: ShownColumn, engine: Engine): string =>
  `CAST(NULL AS ${sqlType(type, engine)}) AS ${quoted(name)}`;

/** No row, every column: what a table without a file answers. */
export const emptySelect = (columns: readonly ShownColumn[], engine: Engine): string =>
  `SELECT ${columns.map((column) => typedNull(column, engine)).join(', ')} WHERE false`;
