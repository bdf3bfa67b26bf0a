import { allViews } from '../../../lambdas/warehouse/all-views.ts';
import { databasesOf } from '../../../lambdas/warehouse/databases.ts';
import { pipelineTables } from '../../../lambdas/warehouse/pipeline-tables.ts';
import { sqlType } from '../../../lambdas/warehouse/sql.ts';
import { openLakeQuery } from '../../../local/lake-query.ts';
import { bothInstances, emptyFolder, marketStallInstance } from '../../support/lake-builder.ts';

const tables = bothInstances.flatMap(({ name, source }) => source.tables.map((table) => `${name}_${table.name}`));

test('there is a view for each table, those over all instances, and one for each table of the pipeline', () => {
  const names = allViews(bothInstances, 'trino').map(({ name }) => name);
  expect(names).toEqual([
    ...tables,
    ...['payments_all', 'payments', 'tax_lines', 'line_items'],
    ...pipelineTables.map(({ name }) => name),
  ]);
});

test('the stage prod has the plain databases', () => {
  expect(databasesOf('prod')).toEqual({ history: 'payments_lake_history', current: 'payments_lake' });
});

test('in another stage every view reads from that stage alone', () => {
  const databases = databasesOf('dev');
  expect(databases).toEqual({ history: 'payments_lake_history_dev', current: 'payments_lake_dev' });
  for (const { sql } of allViews(bothInstances, 'trino', databases)) {
    const read = [...sql.matchAll(/"(payments_lake[a-z_]*)"\./g)].map(([, name]) => name);
    expect(read.length).toBeGreaterThan(0);
    expect(read.filter((name) => !name?.endsWith('_dev'))).toEqual([]);
  }
});

test.each([0, 1, 3])(
  'in a lake with no data, of %i instances, every view has all its columns and no row',
  async (count) => {
    const instances = [...bothInstances, marketStallInstance].slice(0, count);
    const lake = await openLakeQuery(emptyFolder(), instances);
    for (const { name, columns } of allViews(instances, 'duckdb')) {
      const answer = await lake.run(`SELECT * FROM ${name}`);
      expect(answer.columns).toEqual(
        columns.map((column) => ({ name: column.name, type: sqlType(column.type, 'duckdb') })),
      );
      expect(answer.rows).toEqual([]);
    }
    lake.close();
  },
);
