import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sources } from '../../../lambdas/sources/index.ts';
import { allViews } from '../../../lambdas/warehouse/all-views.ts';
import { athenaView } from '../../../lambdas/warehouse/athena-view.ts';
import {
  currentDatabase,
  databasesBeside,
  databasesOf,
  historyDatabase,
} from '../../../lambdas/warehouse/databases.ts';
import { dictionary } from '../../../lambdas/warehouse/dictionary.ts';
import { dictionaryMarkdown } from '../../../lambdas/warehouse/dictionary-markdown.ts';
import { type GlueColumn, glueCommentLimit } from '../../../lambdas/warehouse/glue-columns.ts';
import { glueTable } from '../../../lambdas/warehouse/glue-table.ts';
import { allTables } from '../../../lambdas/warehouse/history-tables.ts';
import { openLakeQuery } from '../../../local/lake-query.ts';
import { bothInstances, emptyFolder, marketStallInstance } from '../../support/lake-builder.ts';

const tables = dictionary(bothInstances);
const registered = sources.map((source) => ({ name: source.name, source }));

const columnOf = (name: string, column: string, database = currentDatabase) =>
  tables
    .find((table) => table.database === database && table.name === name)
    ?.columns.find((each) => each.name === column);

test('docs/data-dictionary.md is what npm run dictionary writes', () => {
  const written = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'data-dictionary.md'), 'utf8');
  // Not toEqual of two long texts: the first line that differs says more.
  const [old, made] = [written.split('\n'), dictionaryMarkdown(registered).split('\n')];
  const stale = made.findIndex((line, at) => line !== old[at]);
  expect({ stale, is: old[stale], wouldBe: made[stale] }).toEqual({ stale: -1, is: undefined, wouldBe: undefined });
  expect(old).toHaveLength(made.length);
});

test('payments comes first, then what else is over all instances', () => {
  const first = ['payments', 'payments_all', 'tax_lines', 'line_items'];
  expect(tables.slice(0, 4).map(({ name }) => name)).toEqual(first);
});

test('the comments in Glue are the meanings, column by column, and Glue takes them', () => {
  const inGlue: { database: string; name: string; columns: readonly GlueColumn[] }[] = [
    ...allViews(bothInstances, 'trino').map((view) => ({
      database: currentDatabase,
      ...athenaView(view, currentDatabase),
    })),
    ...allTables(bothInstances).map((table) => {
      const { name, columns, partitionKeys } = glueTable(table, 'bucket');
      return { database: historyDatabase, name, columns: [...columns, ...partitionKeys] };
    }),
  ];
  const comments = inGlue.map(({ database, name, columns }) => ({
    table: `${database}.${name}`,
    columns: columns.map((column) => [column.name, column.comment]),
  }));
  const meanings = tables.map(({ database, name, columns }) => ({
    table: `${database}.${name}`,
    columns: columns.map((column) => [column.name, column.meaning]),
  }));
  const byTable = (one: { table: string }, other: { table: string }) => (one.table < other.table ? -1 : 1);
  expect([...meanings].sort(byTable)).toEqual([...comments].sort(byTable));
  const all = tables.flatMap(({ columns }) => columns.map(({ meaning }) => meaning));
  expect(all.length).toBeGreaterThan(500);
  expect(all.filter((text) => text.length > glueCommentLimit || /[\r\n]/.test(text))).toEqual([]);
});

test('every declared field is told with its JSON path, unit and kind of personal data', () => {
  for (const { name, source } of bothInstances) {
    for (const table of source.tables) {
      for (const { path, name: column, unit, personal } of table.columns.filter((each) => each.path !== null)) {
        const told = columnOf(`${name}_${table.name}`, column);
        expect(told).toMatchObject({ personal: personal ?? null });
        if (unit) expect(told?.unit).toBe(unit);
        if (table.shape === 'record') expect(told?.path).toBe(path);
        else expect(told?.path?.startsWith(table.path)).toBe(true);
      }
    }
  }
});

test.each([
  ['checkout_page_payments', 'billing_address_postal_code', 'billing.address.postalCode'],
  ['checkout_page_payments', '_load_id', null],
  ['checkout_page_fees', 'amount', 'fees[].amount'],
  ['checkout_page_fees', 'position', null],
  ['checkout_page_fees', 'payment_created_at', 'createdAt'],
  ['checkout_page_variant_options', 'option_id', 'variants[].selectedOptions[].optionId'],
  ['checkout_page_transactions', 'transaction_id', 'transactionIds[]'],
  ['commet_metadata', 'value', 'metadata: its value'],
  ['payments', 'country', 'Checkout Page: billing.address.country'],
  ['payments', 'amount_total_major', 'Commet: amountTotal; Checkout Page: amount'],
  ['payments', 'amount_paid', 'Commet: amountTotal; Checkout Page: amountPaid'],
  ['payments', 'deleted', null],
  ['tax_lines', 'currency', 'Checkout Page: currency'],
  [
    'line_items',
    'amount',
    'Checkout Page: productPrice, setupFee, variants[].selectedOptions[].additionalChargeAmount, fees[].amount',
  ],
  ['loads', 'source', null],
])('%s.%s comes from %s', (table, column, path) => {
  expect(columnOf(table, column)).toMatchObject({ path });
});

test.each([
  ['payments', 'amount_total', 'minor units', 'bigint', 'BIGINT', null],
  ['payments', 'amount_total_major', 'major units', 'decimal(38,4)', 'DECIMAL(38,4)', null],
  ['payments', 'customer_email', null, 'varchar', 'VARCHAR', 'email'],
  ['payments', 'created_at', 'UTC', 'timestamp(3)', 'TIMESTAMP', null],
  ['tax_lines', 'rate_percent', 'percent', 'double', 'DOUBLE', null],
] as const)('%s.%s is told with unit, types and personal', (table, column, unit, athena, duckdb, personal) => {
  expect(columnOf(table, column)).toMatchObject({ unit, athena, duckdb, personal });
});

test('every amount has a unit', () => {
  const amounts = tables.flatMap(({ columns }) => columns.filter(({ name }) => /(^|_)amount(_|$)/.test(name)));
  const without = amounts.filter(({ unit }) => unit === null).map(({ name }) => name);
  // The API does not document it.
  expect(new Set(without)).toEqual(new Set(['amount_usd']));
});

test('every example runs, also of a source that is not in the registry, and has the columns it names', async () => {
  const instances = [...bothInstances, marketStallInstance];
  const lake = await openLakeQuery(emptyFolder(), instances);
  for (const { example } of dictionary(instances)) {
    const { columns } = await lake.run(example.sql);
    expect(columns.length).toBeGreaterThan(1);
  }
  lake.close();
});

test('of a stage it names the databases of the stage', () => {
  const dev = databasesOf('dev');
  expect(databasesBeside(dev.current)).toEqual(dev);
  expect(databasesBeside(currentDatabase)).toEqual(databasesOf('prod'));
  const told = dictionary(bothInstances, dev);
  expect(new Set(told.map(({ database }) => database))).toEqual(new Set([dev.current, dev.history]));
  const named = told.flatMap(({ example }) => example.sql.match(/payments_lake\w*/g) ?? []);
  expect(new Set(named)).toEqual(new Set([dev.history]));
});
