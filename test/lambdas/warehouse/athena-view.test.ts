import { athenaView } from '../../../lambdas/warehouse/athena-view.ts';
import type { View } from '../../../lambdas/warehouse/current-view.ts';

const view: View = {
  name: 'things',
  meaning: 'One row per thing.',
  columns: [
    { name: 'id', type: 'text', meaning: 'Its id.' },
    { name: 'extra', type: 'json', meaning: 'The rest.' },
    { name: 'is_live', type: 'boolean', meaning: 'Whether it counts.' },
    { name: 'amount', type: 'integer', meaning: 'Cents.' },
    { name: 'rate', type: 'double', meaning: 'Percent.' },
    { name: 'amount_major', type: 'decimal', meaning: 'Euros.' },
    { name: 'created_at', type: 'instant', meaning: 'When.' },
  ],
  sql: 'SELECT "id" AS "é" FROM "db"."t"',
};

const { columns, parameters, originalText, expandedText } = athenaView(view, 'payments_lake_dev');

test('Trino finds the SQL, its database and the types in its own words as base64 of JSON', () => {
  const [, base64 = ''] = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(originalText) ?? [];
  expect(JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))).toEqual({
    originalSql: 'SELECT "id" AS "é" FROM "db"."t"',
    catalog: 'awsdatacatalog',
    schema: 'payments_lake_dev',
    columns: [
      { name: 'id', type: 'varchar' },
      { name: 'extra', type: 'varchar' },
      { name: 'is_live', type: 'boolean' },
      { name: 'amount', type: 'bigint' },
      { name: 'rate', type: 'double' },
      { name: 'amount_major', type: 'decimal(38,4)' },
      { name: 'created_at', type: 'timestamp(3)' },
    ],
  });
});

test('Glue is told that it is a view, and its columns in Hive types', () => {
  expect(parameters).toEqual({ presto_view: 'true', comment: 'Presto View' });
  expect(expandedText).toBe('/* Presto View */');
  expect(columns.map(({ type }) => type)).toEqual([
    'string',
    'string',
    'boolean',
    'bigint',
    'double',
    'decimal(38,4)',
    'timestamp',
  ]);
});
