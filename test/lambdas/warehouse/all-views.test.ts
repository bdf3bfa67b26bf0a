import { allViews } from '../../../lambdas/warehouse/all-views.ts';
import { databasesOf } from '../../../lambdas/warehouse/databases.ts';
import { bothInstances, commetInstance } from '../../support/lake-builder.ts';

const tables = bothInstances.flatMap(({ name, source }) => source.tables.map((table) => `${name}_${table.name}`));

test('there is a view for each table, one over all payments, and one of the loads', () => {
  const names = allViews(bothInstances, 'trino').map(({ name }) => name);
  expect(names).toEqual([...tables, 'payments', 'loads']);
});

test('the stage prod has the plain databases', () => {
  expect(databasesOf('prod')).toEqual({ history: 'payments_lake_history', current: 'payments_lake' });
});

test('in another stage every view reads from that stage alone', () => {
  const databases = databasesOf('dev');
  expect(databases).toEqual({ history: 'payments_lake_history_dev', current: 'payments_lake_dev' });
  for (const { sql } of allViews([commetInstance], 'trino', databases)) {
    const read = [...sql.matchAll(/"(payments_lake[a-z_]*)"\./g)].map(([, name]) => name);
    expect(read.length).toBeGreaterThan(0);
    expect(read.filter((name) => !name?.endsWith('_dev'))).toEqual([]);
  }
});
