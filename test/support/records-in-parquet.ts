import type { StoredObject } from '../../lambdas/load/object-store.ts';
import type { ParquetEncoder } from '../../lambdas/load/parquet.ts';
import type { ColumnType } from '../../lambdas/sources/column.ts';
import type { Row, Value } from '../../lambdas/sources/row.ts';
import type { Source } from '../../lambdas/sources/source.ts';
import type { Column, Table } from '../../lambdas/sources/table.ts';
import type { FlatRecord } from '../../lambdas/transform/flatten.ts';
import { restoreRecord } from '../../lambdas/transform/restore.ts';
import type { ParquetFolder } from './parquet-files.ts';

/** Rows per table of a source, in the tables' order; one file each, null where a table has no row. */
export interface TableFiles {
  readonly rows: readonly (readonly Row[])[];
  readonly files: readonly (StoredObject | null)[];
}

/** All records in one file per table. */
export async function writeRecords(
  folder: ParquetFolder,
  encoder: ParquetEncoder,
  source: Source,
  records: readonly FlatRecord[],
): Promise<TableFiles> {
  const rows = source.tables.map((_, number) => records.flatMap((record) => record.rows[number] ?? []));
  const files: (StoredObject | null)[] = [];
  for (const [number, table] of source.tables.entries()) {
    const ofTable = rows[number] ?? [];
    files.push(ofTable.length === 0 ? null : await folder.encode(encoder, table, ofTable));
  }
  return { rows, files };
}

export const readers: Readonly<
  Record<string, (folder: ParquetFolder, table: Table, file: StoredObject) => Promise<Row[]>>
> = {
  readRows: (folder, table, file) => folder.readBack(table, file),
  DuckDB: async (folder, table, file) => {
    const select = table.columns.map(({ name, type }) => asked[type](`"${name}"`)).join(', ');
    const answer = await folder.query(`SELECT ${select} FROM FILE`, file);
    return answer.map((row) => row.map((value, index) => fromDuckDb(table.columns[index] as Column, value)));
  },
};

/** Every value in a form in which nothing is lost on the way out of DuckDB. */
const asked: Readonly<Record<ColumnType, (name: string) => string>> = {
  text: (name) => `encode(${name})`,
  json: (name) => `encode(${name})`,
  boolean: (name) => name,
  integer: (name) => name,
  double: (name) => name,
  instant: (name) => `epoch_ms(${name})`,
};

function fromDuckDb({ name }: Column, value: unknown): Value {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return typeof value === 'bigint' && name !== '_hash' ? Number(value) : (value as Exclude<Value, null>);
}

/** Puts the records together again from rows of all tables: payment id → record. */
export function recordsFrom(source: Source, tables: readonly (readonly Row[])[]): Map<string, unknown> {
  const ofPayment = new Map<string, Row[][]>();
  for (const [number, table] of source.tables.entries()) {
    const idColumn = table.columns.findIndex(({ name }) => name === 'payment_id');
    for (const row of tables[number] ?? []) {
      const id = row[idColumn] as string;
      const rows = ofPayment.get(id) ?? source.tables.map((): Row[] => []);
      rows[number]?.push(row);
      ofPayment.set(id, rows);
    }
  }
  return new Map([...ofPayment].map(([id, rows]) => [id, restoreRecord(source, rows)]));
}
