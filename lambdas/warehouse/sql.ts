import type { ColumnType } from '../sources/column.ts';
import type { Column } from '../sources/table.ts';

/** Who runs the SQL: Athena's Trino in the cloud, DuckDB on a laptop. Views read the same in both; types are spelled apart. */
export type Engine = 'trino' | 'duckdb';

/** What a table or view shows of a column. */
export type ShownColumn = Pick<Column, 'name' | 'type' | 'meaning'>;

const spelled: Readonly<Record<ColumnType, { readonly [engine in Engine]: string }>> = {
  text: { trino: 'varchar', duckdb: 'VARCHAR' },
  json: { trino: 'varchar', duckdb: 'VARCHAR' },
  boolean: { trino: 'boolean', duckdb: 'BOOLEAN' },
  integer: { trino: 'bigint', duckdb: 'BIGINT' },
  double: { trino: 'double', duckdb: 'DOUBLE' },
  instant: { trino: 'timestamp(3)', duckdb: 'TIMESTAMP' },
};

export const sqlType = (type: ColumnType, engine: Engine): string => spelled[type][engine];

/** A name as both engines take it: many of ours are SQL words too (`key`, `value`, `position`). */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A NULL of the column's type, under the column's name. */
export const typedNull = ({ name, type }: ShownColumn, engine: Engine): string =>
  `CAST(NULL AS ${sqlType(type, engine)}) AS ${quoted(name)}`;

/** No row, every column: what a table without a file answers. */
export const emptySelect = (columns: readonly ShownColumn[], engine: Engine): string =>
  `SELECT ${columns.map((column) => typedNull(column, engine)).join(', ')} WHERE false`;
