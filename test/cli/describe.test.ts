import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../../cli/main.ts';
import { anonymousViews } from '../../lambdas/warehouse/anonymous-views.ts';
import { type DictionaryTable, dictionary } from '../../lambdas/warehouse/dictionary.ts';
import { restoreAwsEnvironment, setAwsEnvironment } from '../support/aws-environment.ts';
import { awsServer } from '../support/aws-server.ts';
import { collectedIo } from '../support/collected-io.ts';
import { bothInstances, checkoutPageInstance, emptyFolder, writeLakeFile } from '../support/lake-builder.ts';
import { describeStacks } from '../support/stack-outputs.ts';

async function describeWith(...args: readonly string[]) {
  const { io, out, err } = collectedIo();
  const code = await runCommand(['describe', ...args], io);
  return { code, out: out(), err: err() };
}

const lake = emptyFolder();
afterAll(() => rmSync(dirname(lake), { recursive: true, force: true }));

test('without a table every table and view has its line, with no lake and no network', async () => {
  const { code, out, err } = await describeWith();
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const lines = [...out.matchAll(/^ {2}(\w+) {2,}(.*)$/gm)].map(([, name, meaning]) => [name, meaning]);
  expect(lines).toEqual(dictionary(bothInstances).map(({ name, meaning }) => [name, meaning]));
  expect(out).toMatch(/^payments_lake \(the current state\)\n/);
  expect(out).toContain('\npayments_lake_history (every version ever read)\n');
});

test('a table is told column by column, with an example', async () => {
  const { code, out } = await describeWith('payments');
  expect(code).toBe(0);
  expect(out).toMatch(/^payments_lake\.payments \(view\): One row per live payment/);
  expect(out).toMatch(
    / {2}customer_email +varchar, personal: email\n +E-mail address .*\n +from Checkout Page: customerEmail\n/,
  );
  expect(out).toMatch(/ {2}amount_total +bigint, minor units\n/);
  expect(out).toMatch(/ {2}created_at +timestamp\(3\) \(DuckDB: timestamp\), UTC\n/);
  expect(out).toContain("\n  WHERE status IN ('paid', 'partially_refunded') AND NOT deleted AND month >= '2026-01'\n");
});

test.each([
  ['commet_payments', 'payments_lake.commet_payments (view)'],
  ['payments_lake.commet_payments', 'payments_lake.commet_payments (view)'],
  ['"Payments_Lake_History"."commet_payments"', 'payments_lake_history.commet_payments (table)'],
])('%s is %s', async (typed, told) => {
  expect((await describeWith(typed)).out).toContain(`${told}:`);
});

test('a view without personal columns is told with those it has', async () => {
  for (const { name, columns } of anonymousViews(bothInstances, 'duckdb')) {
    const { out } = await describeWith(`payments_lake_anonymous.${name}`, '--json');
    const told = JSON.parse(out) as DictionaryTable;
    expect(told.database).toBe('payments_lake_anonymous');
    expect(told.columns.map((column) => column.name)).toEqual(columns.map((column) => column.name));
  }
});

test('--json has one table as an object, all of them as an array', async () => {
  const all = dictionary(bothInstances);
  expect(JSON.parse((await describeWith('--json')).out)).toEqual(all);
  expect(JSON.parse((await describeWith('loads', '--json')).out)).toEqual(all.find(({ name }) => name === 'loads'));
});

test.each([
  ['paymets', "there is no table or view 'paymets'; did you mean payments? payments-lake describe lists them all"],
  [
    'payments_lake_history.commet_metdata',
    "there is no table or view 'payments_lake_history.commet_metdata'; did you mean payments_lake_history.commet_metadata? payments-lake describe lists them all",
  ],
  ['xyz', "there is no table or view 'xyz'; payments-lake describe lists them all"],
])('%s is refused with what is near, exit 2', async (typed, message) => {
  expect(await describeWith(typed)).toEqual({ code: 2, out: '', err: `payments-lake: ${message}\n` });
});

test('--lake tells the tables of the instances of that lake', async () => {
  writeLakeFile(lake, [{ ...checkoutPageInstance, name: 'outlet' }]);
  const { out } = await describeWith('--lake', lake);
  expect(out).toContain('  outlet_payments ');
  expect(out).not.toContain('commet_');
  const missing = join(dirname(lake), 'missing');
  const err = `payments-lake: no lake at ${missing}: check --lake, or run payments-lake sync first\n`;
  expect(await describeWith('--lake', missing)).toEqual({ code: 1, out: '', err });
});

test('--stack tells the tables of its instances, under the databases of its stage', async () => {
  const server = await awsServer({ 'CloudFormation.DescribeStacks': describeStacks() });
  setAwsEnvironment({ AWS_ENDPOINT_URL: server.url });
  try {
    const { code, out, err } = await describeWith('shop_payments', '--stack', 'Lake');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^payments_lake_dev\.shop_payments /);
    const history = await describeWith('payments_lake_history_dev.shop_payments', '--stack', 'Lake');
    expect(history.out).toContain('  FROM payments_lake_history_dev.shop_payments\n');
    expect((await describeWith('--stack', 'Lake', '--lake', lake)).code).toBe(2);
  } finally {
    restoreAwsEnvironment();
    await server.close();
  }
});
