import { existsSync, mkdirSync, mkdtempSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hyparquetEncoder } from '../../lambdas/load/parquet-hyparquet.ts';
import { checkoutPage } from '../../lambdas/sources/checkout-page.ts';
import { commet } from '../../lambdas/sources/commet.ts';
import type { Value } from '../../lambdas/sources/row.ts';
import type { Table } from '../../lambdas/sources/table.ts';
import { type Instance, tableName } from '../../lambdas/warehouse/instance.ts';
import { fileKey, monthOf } from '../../lambdas/warehouse/keys.ts';
import { marketStall } from '../fixtures/market_stall/source.ts';

export const commetInstance: Instance = { name: 'commet', source: commet };
export const checkoutPageInstance: Instance = { name: 'checkout_page', source: checkoutPage };
export const marketStallInstance: Instance = { name: 'market_stall', source: marketStall };
export const bothInstances = [commetInstance, checkoutPageInstance];

export const march = Date.UTC(2026, 2, 10, 12);
export const april = Date.UTC(2026, 3, 10, 12);

/** Values by column name; what is not given is null, but for what every row has. */
export type Cells = Readonly<Record<string, Value>>;

export const emptyFolder = (name = 'lake'): string => join(mkdtempSync(join(foldersRoot(), 'payments-lake-')), name);

/** Memory where a machine offers enough of it: a lake of many small files, each synced to disk, takes minutes elsewhere. */
function foldersRoot(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 1024 ** 3 ? memory : tmpdir();
}

export const tableOf = (instance: Instance, name: string): Table => {
  const table = instance.source.tables.find((candidate) => candidate.name === name);
  if (!table) throw new Error(`no table ${name}`);
  return table;
};

/**
 * Writes one file of one load, all its rows in the month of the first.
 *
 * @param without columns the file does not have, as if it were written before they were declared
 * @returns its path
 */
export async function writeFile(
  dir: string,
  instance: Instance,
  name: string,
  loadId: string,
  rows: readonly Cells[],
  without: readonly string[] = [],
): Promise<string> {
  const whole = tableOf(instance, name);
  const table = { ...whole, columns: whole.columns.filter((column) => !without.includes(column.name)) };
  const filled = rows.map((row): Cells => ({ _load_id: loadId, _loaded_at: april, ...timesOf(name, row), ...row }));
  const createdAt = filled[0]?.[name === 'payments' ? instance.source.shared.created_at : 'payment_created_at'];
  const path = join(dir, fileKey(tableName(instance, whole), monthOf(createdAt as number | null), loadId));
  const cells = filled.map((row) => table.columns.map((column) => row[column.name] ?? null));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await hyparquetEncoder.encode(table, cells, {}));
  return path;
}

const timesOf = (name: string, row: Cells): Cells =>
  name === 'payments'
    ? { created_at: march, _version_at: row._loaded_at ?? april, _hash: 1n }
    : { payment_created_at: march, position: 0 };

/** A lake opened for one query. */
export async function answerOf(dir: string, instances: readonly Instance[], sql: string) {
  // Loaded only when asked for: most tests that build a lake have no need of DuckDB, which takes 0.2 s to load.
  const { openLakeQuery } = await import('../../local/lake-query.ts');
  const lake = await openLakeQuery(dir, instances);
  try {
    return await lake.run(sql);
  } finally {
    lake.close();
  }
}

/** Makes a folder a lake of these instances, as a first sync does. */
export function writeLakeFile(dir: string, instances: readonly Instance[] = bothInstances): void {
  mkdirSync(dir, { recursive: true });
  const named = Object.fromEntries(instances.map(({ name, source }) => [name, source.name]));
  writeFileSync(join(dir, 'lake.json'), JSON.stringify({ format: 1, instances: named }));
}
