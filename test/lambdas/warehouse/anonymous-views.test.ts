import { DuckDBInstance } from '@duckdb/node-api';
import { allViews } from '../../../lambdas/warehouse/all-views.ts';
import { anonymousViews } from '../../../lambdas/warehouse/anonymous-views.ts';
import {
  anonymousDatabase,
  anonymousDatabaseOf,
  historyDatabase,
  monthColumn,
} from '../../../lambdas/warehouse/databases.ts';
import { allTables } from '../../../lambdas/warehouse/history-tables.ts';
import { emptySelect, quoted, type ShownColumn } from '../../../lambdas/warehouse/sql.ts';
import { bothInstances, marketStallInstance } from '../../support/lake-builder.ts';

const instances = [...bothInstances, marketStallInstance];
const isShown = ({ name, personal }: ShownColumn) => personal === undefined && name !== '_extra';

test('there is each view of the current database, without personal columns and _extra, else as it is', () => {
  const shapes = (views: ReturnType<typeof allViews>, shows: (column: ShownColumn) => boolean) =>
    views.map(({ name, meaning, columns }) => ({ name, meaning, columns: columns.filter(shows) }));
  expect(shapes(anonymousViews(instances, 'trino'), () => true)).toEqual(shapes(allViews(instances, 'trino'), isShown));
  const personal = allViews(instances, 'trino').flatMap(({ columns }) => columns.filter((each) => !isShown(each)));
  expect(personal.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['customer_email', 'billing_phone', 'value', 'description', 'gift_for', '_extra']),
  );
});

// What Lake Formation leaves of the history for a reader who is granted no personal column.
test('the views work where the history has no personal column, and nothing else is there', async () => {
  const duckdb = await DuckDBInstance.create(':memory:');
  const connection = await duckdb.connect();
  const define = (schema: string, name: string, sql: string) =>
    connection.run(`CREATE VIEW ${schema}.${quoted(name)} AS ${sql}`);
  for (const schema of [historyDatabase, anonymousDatabase]) await connection.run(`CREATE SCHEMA ${schema}`);
  for (const { name, table } of allTables(instances)) {
    const columns = [...table.columns.filter(isShown), monthColumn];
    await define(historyDatabase, name, emptySelect(columns, 'duckdb'));
  }
  for (const { name, columns, sql } of anonymousViews(instances, 'duckdb')) {
    await define(anonymousDatabase, name, sql);
    const answer = await connection.runAndReadAll(`SELECT * FROM ${anonymousDatabase}.${name}`);
    expect(answer.columnNames()).toEqual(columns.map((column) => column.name));
  }
  connection.closeSync();
  duckdb.closeSync();
});

test('each stage has a database of its own for them', () => {
  expect([anonymousDatabaseOf('prod'), anonymousDatabaseOf('dev')]).toEqual([
    'payments_lake_anonymous',
    'payments_lake_anonymous_dev',
  ]);
});
