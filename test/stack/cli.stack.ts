import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { payLake, payLakeOf } from './command.ts';
import { instances } from './configuration.ts';
import { description, expectWarehouseEquals, putKey } from './stack.ts';

const name = instances.followed;
const payments = 2_000;
let api: SampleApi;
beforeAll(async () => {
  // 20 pages of 100, at least 0.5 s each; one invocation reads for 6 s.
  api = await startCheckoutPage({ payments, port: description.ports[name], latencyMs: 500 });
});
afterAll(() => api.close());

test('sync --stack tells at once that the secret is empty, exit 1', async () => {
  const { code, out, err } = await payLake('sync', name);
  expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(new RegExp(`^${name}: failed in`)) });
  expect(err).toContain('holds no API key');
  expect(err).toContain('aws secretsmanager put-secret-value');
});

test('sync --stack follows a backfill over several invocations to its end', async () => {
  await putKey(name, api.key);
  const { code, out, err } = await payLake('sync', name, '--backfill');
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(
      new RegExp(`^${name}: done in [\\d.]+ s: 2,000 payments read, 2,000 written, 0 unchanged\n$`),
    ),
  });
  expect(err).toContain('its function is invoked; the sync runs in the cloud');
  await expectWarehouseEquals(name, api);
});

test('status --stack tells what the checkpoints hold', async () => {
  const { code, out } = await payLake('status', '--json');
  expect(code).toBe(0);
  const { sources } = JSON.parse(out) as { sources: { source: string }[] };
  expect(sources.find(({ source }) => source === name)).toMatchObject({
    api: 'checkout_page',
    baseUrl: api.baseUrl,
    lastSync: { mode: 'backfill', status: 'done', records: payments, written: payments },
    unfinished: [],
    failures: [{ sync: 'incremental', message: expect.stringContaining('holds no API key') }],
  });
});

// The emulator's Athena speaks DuckDB's SQL and knows no views: this proves the way there and back, not the SQL.
test('query --stack answers from the files on S3, through the workgroup', async () => {
  const sql = `SELECT count(*) AS payments, count(DISTINCT payment_id) AS ids
    FROM payments_lake_history_test.${name}_payments`;
  const { code, out, err } = await payLake('query', sql, '--format', 'csv');
  expect({ code, out }).toEqual({ code: 0, out: `payments,ids\n${payments},${payments}\n` });
  expect(err).toMatch(/^payments-lake: [\d,]+ bytes scanned \(/);
});

test("a wrong query is told in the engine's words, exit 2", async () => {
  const { code, out, err } = await payLake('query', 'SELECT nope FROM nowhere');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^payments-lake: .*nowhere.*\n$/);
});

test('a stack that is not there is named with the region', async () => {
  const { code, err } = await payLakeOf('NoSuchStack', 'status');
  expect(code).toBe(1);
  expect(err).toMatch(/^payments-lake: the stack 'NoSuchStack' in [a-z0-9-]+ was not found \(.*does not exist.*\)/);
});
