import type { Table } from '../sources/table.ts';
import { type Instance, tableName } from './instance.ts';
import { pipelineTables } from './pipeline-tables.ts';

/** A table of Parquet files under its own prefix, as the catalog is told of it. */
export interface HistoryTable {
  /** Its name in Glue, and of its folder. */
  readonly name: string;
  readonly table: Table;
}

export const tablesOf = (instance: Instance): readonly HistoryTable[] =>
  instance.source.tables.map((table) => ({ name: tableName(instance, table), table }));

/** Tables that all instances write to. */
export const sharedTables: readonly HistoryTable[] = pipelineTables.map((table) => ({ name: table.name, table }));

/** Every table of the history database. */
export const allTables = (instances: readonly Instance[]): readonly HistoryTable[] => [
  ...instances.flatMap(tablesOf),
  ...sharedTables,
];
