import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { readCheckpoints } from '../../local/lake.ts';

/**
 * All that a lake holds, as text: the bytes of every file as they are, every value of every Parquet file (pages are
 * compressed), and every checkpoint (so is its store).
 *
 * @returns by where it was found
 */
export async function contentOf(dir: string): Promise<Map<string, string>> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const content = new Map(files.map((file) => [file.slice(dir.length + 1), readFileSync(file, 'latin1')]));
  const duckdb = await DuckDBInstance.create(':memory:');
  const connection = await duckdb.connect();
  for (const file of files.filter((name) => name.endsWith('.parquet'))) {
    const { rows } = await readAll(`SELECT to_json(t) FROM read_parquet('${file}', hive_partitioning = false) t`);
    content.set(`values of ${file.slice(dir.length + 1)}`, rows.map(([row]) => String(row)).join('\n'));
  }
  connection.closeSync();
  duckdb.closeSync();
  const items = await readCheckpoints(dir, (table) => table.readAll());
  return content.set('checkpoints', JSON.stringify(items));

  async function readAll(sql: string) {
    const answer = await connection.runAndReadAll(sql);
    return { rows: answer.getRowsJS() };
  }
}

/** Where a value stands, whatever the case of its letters. */
export const placesOf = (content: ReadonlyMap<string, string>, value: RegExp): string[] =>
  [...content].filter(([, text]) => value.test(text)).map(([place]) => place);
