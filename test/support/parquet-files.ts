import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ObjectStore, StoredObject } from '../../lambdas/load/object-store.ts';
import type { ParquetEncoder } from '../../lambdas/load/parquet.ts';
import { readRows } from '../../lambdas/load/parquet-reader.ts';
import type { ColumnType } from '../../lambdas/sources/column.ts';
import type { Row, Value } from '../../lambdas/sources/row.ts';
import type { Table } from '../../lambdas/sources/table.ts';
import { folderStore } from '../../local/folder-store.ts';

/** A table with a column per entry, of these types and in this order. */
export const tableOf = (columns: Readonly<Record<string, ColumnType>>): Table => ({
  name: 'things',
  shape: 'record',
  path: '',
  meaning: 'For a test.',
  rowKey: [],
  columns: Object.entries(columns).map(([name, type]) => ({ name, type, path: name, meaning: name })),
});

/** Every type, an id with a bloom filter, and the one integer that takes all 64 bits. */
export const everyType = tableOf({
  payment_id: 'text',
  note: 'text',
  _extra: 'json',
  livemode: 'boolean',
  amount: 'integer',
  rate: 'double',
  created_at: 'instant',
  _hash: 'integer',
});

/** A folder for one test file, and DuckDB over what is encoded into it. */
export class ParquetFolder {
  readonly dir = mkdtempSync(join(tmpdir(), 'payments-lake-parquet-'));
  readonly store: ObjectStore = folderStore(this.dir);
  readonly #duck: Promise<DuckDBConnection> = DuckDBInstance.create(':memory:').then((duck) => duck.connect());
  #files = 0;

  async encode(
    encoder: ParquetEncoder,
    table: Table,
    rows: readonly Row[],
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<StoredObject> {
    const bytes = await encoder.encode(table, rows, metadata);
    this.#files++;
    const key = `${this.#files}-${encoder.name}.parquet`;
    writeFileSync(this.path(key), bytes);
    return { key, size: bytes.length };
  }

  path(key: string): string {
    return join(this.dir, key);
  }

  async readBack(table: Table, object: StoredObject): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const group of readRows(this.store, object, table)) rows.push(...group);
    return rows;
  }

  /** @param sql with FILE for the file's name */
  async query(sql: string, { key }: StoredObject, timeZone = 'UTC'): Promise<Value[][]> {
    const duck = await this.#duck;
    await duck.run(`SET TimeZone = '${timeZone}'`);
    const answer = await duck.runAndReadAll(sql.replaceAll('FILE', `'${this.path(key)}'`));
    return answer.getRowsJS() as Value[][];
  }

  async remove(): Promise<void> {
    (await this.#duck).closeSync();
    rmSync(this.dir, { recursive: true });
  }
}

/** A text as SQL, whatever is in it. */
export const sqlText = (text: string): string =>
  text === '' ? "''" : [...text].map((character) => `chr(${character.codePointAt(0)})`).join(' || ');
