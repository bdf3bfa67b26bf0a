import type { Table } from '../sources/table.ts';
import { allViews } from './all-views.ts';
import { type Databases, plainDatabases, shownColumns } from './databases.ts';
import { currentExample, type Example, historyExample, sharedExample } from './dictionary-examples.ts';
import { jsonPath, sharedOrigin } from './dictionary-origins.ts';
import { type Instance, tableName } from './instance.ts';
import { pipelineTables } from './pipeline-tables.ts';
import { type ShownColumn, sqlType } from './sql.ts';

export interface DictionaryColumn {
  readonly name: string;
  readonly athena: string;
  readonly duckdb: string;
  /** minor units, major units, percent; of an instant what it is told in; else null. */
  readonly unit: string | null;
  readonly meaning: string;
  /** The kind of personal data it holds; `may be` where nobody knows; null: none. */
  readonly personal: string | null;
  /** JSON path in the record as the API sends it; null for what the pipeline adds. */
  readonly path: string | null;
}

/** A view of the current database, or a table of the history. */
export interface DictionaryTable {
  readonly database: string;
  readonly name: string;
  readonly kind: 'view' | 'table';
  /** What one row is. */
  readonly meaning: string;
  readonly columns: readonly DictionaryColumn[];
  readonly example: Example;
}

/** Everything analysts can query: the data dictionary as data. `payments` first, then what else is over all instances. */
export function dictionary(
  instances: readonly Instance[],
  databases: Databases = plainDatabases,
): readonly DictionaryTable[] {
  const held = new Map(
    instances.flatMap((instance) =>
      instance.source.tables.map((table) => [tableName(instance, table), { instance, table }] as const),
    ),
  );
  const views = allViews(instances, 'duckdb', databases).map(({ name, meaning, columns }): DictionaryTable => {
    const own = held.get(name);
    const pathOf = own
      ? (column: string) => jsonPath(own.instance.source, own.table, column)
      : (column: string) => (isPipelines(name) ? null : sharedOrigin(instances, name, column));
    return {
      database: databases.current,
      name,
      kind: 'view',
      meaning,
      columns: described(columns, pathOf),
      example: own ? currentExample(own.instance, own.table) : sharedExample(name),
    };
  });
  const historyTable = (name: string, table: Table, instance: Instance | null): DictionaryTable => ({
    database: databases.history,
    name,
    kind: 'table',
    meaning: table.meaning,
    columns: described(shownColumns(table), (column) => (instance ? jsonPath(instance.source, table, column) : null)),
    example: historyExample(instance, table, databases),
  });
  const rank = ({ name }: DictionaryTable): number =>
    name === 'payments' ? 0 : held.has(name) || isPipelines(name) ? 2 : 1;
  return [
    ...[...views].sort((one, other) => rank(one) - rank(other)),
    ...[...held].map(([name, { instance, table }]) => historyTable(name, table, instance)),
    ...pipelineTables.map((table) => historyTable(table.name, table, null)),
  ];
}

const isPipelines = (name: string): boolean => pipelineTables.some((table) => table.name === name);

const described = (
  columns: readonly ShownColumn[],
  pathOf: (column: string) => string | null,
): readonly DictionaryColumn[] =>
  columns.map(({ name, type, meaning, unit, personal }) => ({
    name,
    athena: sqlType(type, 'trino'),
    duckdb: sqlType(type, 'duckdb'),
    unit: unit ?? (type === 'instant' ? 'UTC' : null),
    meaning,
    // What nobody has declared may be anybody's: the views without personal columns leave it out too.
    personal: personal ?? (name === '_extra' ? 'may be' : null),
    path: pathOf(name),
  }));
