import { Buffer } from 'node:buffer';
import type { View } from './current-view.ts';
import { type GlueColumn, glueColumns } from './glue-columns.ts';
import { sqlType } from './sql.ts';

/**
 * A view as Athena keeps it in Glue: a table of type VIRTUAL_VIEW. It has no description: to Trino a table's description
 * is its comment, and by the comment `Presto View` it tells a view from a table.
 */
export interface AthenaView {
  readonly name: string;
  readonly columns: readonly GlueColumn[];
  readonly parameters: Readonly<Record<string, string>>;
  /** The SQL and the columns' types in Trino's words, as base64 of JSON in a comment. */
  readonly originalText: string;
  readonly expandedText: string;
}

/**
 * Written by no DDL, so that a deploy needs no query. Athena checks it only when the view is queried.
 *
 * @param database the view's own: where a name without a database is looked up
 */
export function athenaView({ name, columns, sql }: View, database: string): AthenaView {
  const definition = {
    originalSql: sql,
    catalog: 'awsdatacatalog',
    schema: database,
    columns: columns.map((column) => ({ name: column.name, type: sqlType(column.type, 'trino') })),
  };
  return {
    name,
    columns: glueColumns(columns),
    parameters: { presto_view: 'true', comment: 'Presto View' },
    originalText: `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString('base64')} */`,
    expandedText: '/* Presto View */',
  };
}
