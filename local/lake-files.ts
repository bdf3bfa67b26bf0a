import { join, sep } from 'node:path';
import { UsageError } from '../lambdas/errors.ts';
import type { Table } from '../lambdas/sources/table.ts';
import { type Instance, tableName } from '../lambdas/warehouse/instance.ts';
import { tablePrefix } from '../lambdas/warehouse/keys.ts';
import { pipelineTables } from '../lambdas/warehouse/pipeline-tables.ts';
import type { ShownColumn } from '../lambdas/warehouse/sql.ts';
import { folderStore } from './folder-store.ts';

/** A table of the lake with the files it had when they were listed. */
export interface LakeTable {
  readonly name: string;
  /** As the declaration has them, without the month; a file may lack the newer ones. */
  readonly columns: readonly ShownColumn[];
  /** Paths below the working directory or absolute, as the lake's folder was given. */
  readonly files: readonly string[];
}

/**
 * Lists every table's files once. All payments tables are listed before the first child table: a load stores its
 * children first, so a payment that is seen has its children seen too.
 */
export async function listLake(dir: string, instances: readonly Instance[]): Promise<LakeTable[]> {
  refuseAmbiguousPath(dir);
  const payments = instances.map((instance) => ({ instance, table: instance.source.payments }));
  const children = instances.flatMap((instance) =>
    instance.source.tables.filter((table) => table !== instance.source.payments).map((table) => ({ instance, table })),
  );
  const store = folderStore(dir);
  const listed: LakeTable[] = [];
  const listOne = async (name: string, { columns }: Table): Promise<void> => {
    const objects = await store.list(tablePrefix(name));
    const keys = objects.map(({ key }) => key).filter((key) => key.endsWith('.parquet'));
    listed.push({ name, columns, files: keys.map((key) => join(dir, key)) });
  };
  for (const { instance, table } of [...payments, ...children]) await listOne(tableName(instance, table), table);
  for (const table of pipelineTables) await listOne(table.name, table);
  return listed;
}

/** Every folder named `x=y` on a file's path is a partition to DuckDB, and would stand in for a column of that name. */
export function refuseAmbiguousPath(dir: string): void {
  const folder = dir.split(sep).find((part) => part.includes('='));
  if (folder !== undefined) {
    throw new UsageError(`a lake's path may not have a folder with '=' in its name, got '${folder}': move the lake`);
  }
}
