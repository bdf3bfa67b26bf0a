import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hyparquetEncoder } from '../../../lambdas/load/parquet-hyparquet.ts';
import { parquetjsEncoder } from '../../../lambdas/load/parquet-parquetjs.ts';
import type { ColumnType } from '../../../lambdas/sources/column.ts';
import type { Value } from '../../../lambdas/sources/row.ts';
import { allViews } from '../../../lambdas/warehouse/all-views.ts';
import { glueTable } from '../../../lambdas/warehouse/glue-table.ts';
import { allTables } from '../../../lambdas/warehouse/history-tables.ts';
import { fileKey } from '../../../lambdas/warehouse/keys.ts';
import { type LakeQuery, openLakeQuery } from '../../../local/lake-query.ts';
import { bothInstances, emptyFolder, march, writeLakeFile } from '../../support/lake-builder.ts';

/** What Athena reads a Glue type as, in DuckDB's words. */
const readAs: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  boolean: 'BOOLEAN',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  timestamp: 'TIMESTAMP',
};

const written: Readonly<Record<ColumnType, Value>> = {
  text: 'é ☃',
  json: '{"a":[1]}',
  boolean: true,
  integer: 9007199254740991n,
  double: 0.1,
  instant: march,
};

const read: Readonly<Record<ColumnType, unknown>> = {
  text: 'é ☃',
  json: '{"a":[1]}',
  boolean: true,
  integer: 9007199254740991n,
  double: 0.1,
  instant: '2026-03-10 12:00:00.000',
};

const tables = allTables(bothInstances);
const dir = emptyFolder();
let lake: LakeQuery;

beforeAll(async () => {
  writeLakeFile(dir);
  for (const { name, table } of tables) {
    const row = table.columns.map(({ type }) => written[type]);
    for (const encoder of [hyparquetEncoder, parquetjsEncoder]) {
      const path = join(dir, fileKey(name, '2026-03', encoder.name));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, await encoder.encode(table, [row], {}));
    }
  }
  lake = await openLakeQuery(dir, bothInstances);
});
afterAll(() => lake.close());

describe.each(tables)('$name', ({ name, table }) => {
  const { columns, partitionKeys } = glueTable({ name, table }, 'lake');
  const types = columns.map((column) => [column.name, readAs[column.type]]);

  test.each(['hyparquet', 'parquetjs'])(
    'a file that %s wrote has the very columns and types that Glue is told of',
    async (encoder) => {
      const file = `read_parquet('${join(dir, fileKey(name, '2026-03', encoder))}', hive_partitioning = false)`;
      const described = await lake.run(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${file})`);
      expect(described.rows).toEqual(types);
      const cells = columns.map((column) => `CAST("${column.name}" AS ${readAs[column.type]})`).join(', ');
      const { rows } = await lake.run(`SELECT ${cells} FROM ${file}`);
      expect(rows).toEqual([table.columns.map(({ type }) => read[type])]);
    },
  );

  test('the history on a laptop has them too, and the month behind them', async () => {
    const { columns: shown } = await lake.run(`SELECT * FROM payments_lake_history."${name}"`);
    const month = partitionKeys.map((key) => [key.name, readAs[key.type]]);
    expect(shown.map((column) => [column.name, column.type])).toEqual([...types, ...month]);
  });
});

test.each(allViews(bothInstances, 'duckdb'))('the view $name has the columns it tells Athena of', async (view) => {
  const { columns } = await lake.run(`SELECT * FROM payments_lake."${view.name}"`);
  expect(columns.map(({ name }) => name)).toEqual(view.columns.map(({ name }) => name));
});

test('a table says where its months lie', () => {
  const [first] = tables;
  if (!first) throw new Error('no table');
  const { location, parameters } = glueTable(first, 'lake');
  expect(location).toBe('s3://lake/warehouse/commet_payments/');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Athena's own placeholder
  expect(parameters['storage.location.template']).toBe('s3://lake/warehouse/commet_payments/month=${month}/');
});
