import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../../cli/main.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { collectedIo } from '../support/collected-io.ts';
import { emptyFolder } from '../support/lake-builder.ts';

const lake = emptyFolder();
const damaged = emptyFolder();
let api: SampleApi;
let newest: string;

async function run(args: readonly string[], key = api.key) {
  const { io, out, err } = collectedIo({ CHECKOUT_PAGE_API_KEY: key });
  const code = await runCommand([...args], io);
  return { code, out: out(), err: err() };
}

beforeAll(async () => {
  api = await startCheckoutPage({ payments: 250, months: 1, until: new Date(Date.now() - 3_600_000) });
  newest = String(api.record(249)?.createdAt);
  await run(['sync', 'checkout_page', '--lake', lake, '--base-url', api.baseUrl]);
});
afterAll(async () => {
  await api.close();
  for (const dir of [lake, damaged]) rmSync(dirname(dir), { recursive: true, force: true });
});

test('tells payments, watermark and that nothing is unfinished, exit 0', async () => {
  const { code, out, err } = await run(['status', '--lake', lake]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(`checkout_page (${api.baseUrl})\n`);
  expect(out).toContain('  last sync   incremental, done, ');
  expect(out).toMatch(/ {2}payments {4}250, the newest created \S+Z\n/);
  expect(out).toMatch(/ {2}watermark {3}\S+Z\n/);
  expect(out).toMatch(/ {2}whole list {2}last read \S+Z\n/);
  expect(out).toContain('  unfinished  nothing\n');
});

test('tells what the declaration does not know, and --json all of it', async () => {
  const drifting = emptyFolder();
  const ids = [5, 6].map((index) => api.record(index)?.id as string);
  for (const id of ids) api.edit(id, { risk: { score: 1 }, one: 1, two: 2, three: 3 });
  await run(['sync', 'checkout_page', '--lake', drifting, '--base-url', api.baseUrl]);
  for (const id of ids) api.edit(id, { risk: undefined, one: undefined, two: undefined, three: undefined });
  const { out } = await run(['status', '--lake', drifting]);
  expect(out).toContain('  drift       4 things the declaration does not know\n');
  expect(out).toMatch(/ {14}unknown field: checkout_page_payments risk \(object\), 2 times, last \S+Z\n/);
  expect(out).toContain('              and 1 more in the table drift\n');
  const { sources } = JSON.parse((await run(['status', '--lake', drifting, '--json'])).out);
  expect(sources[0].drift).toHaveLength(4);
  expect(sources[0].drift).toContainEqual({
    table: 'checkout_page_payments',
    path: 'risk',
    kind: 'unknown field',
    type: 'object',
    count: 2,
    shape: '{"score":"number"}',
    firstSeenAt: expect.stringMatching(/Z$/),
    lastSeenAt: expect.stringMatching(/Z$/),
  });
  rmSync(dirname(drifting), { recursive: true, force: true });
});

test('--json has one object with the same facts', async () => {
  const { code, out } = await run(['status', '--lake', lake, '--json']);
  expect(code).toBe(0);
  const { sources } = JSON.parse(out);
  expect(sources).toMatchObject([
    {
      source: 'checkout_page',
      baseUrl: api.baseUrl,
      lastSync: { status: 'done', records: 250, written: 250 },
      payments: 250,
      watermark: expect.any(String),
      unfinished: [],
      failures: [],
    },
  ]);
  expect(Date.parse(sources[0].newestPayment)).toBe(Date.parse(newest));
});

test('tells what failed last, when, and the next step, until the same sync succeeds', async () => {
  const failing = emptyFolder();
  const sync = (baseUrl: string, key = api.key) =>
    run(['sync', 'checkout_page', '--lake', failing, '--base-url', baseUrl], key);
  const failed = async () => (await run(['status', '--lake', failing])).out.match(/^ {2}failed .*$/gm) ?? [];
  expect(await sync(api.baseUrl, 'cp_revoked')).toMatchObject({ code: 1 });
  const [line, ...others] = await failed();
  expect(others).toEqual([]);
  expect(line).toMatch(
    /^ {2}failed {6}incremental, \d{4}-\d\d-\d\dT\S+Z: CHECKOUT_PAGE_API_KEY is refused by the API \(401\): .*; set the new key and run the same command again/,
  );
  expect(await sync(api.baseUrl)).toMatchObject({ code: 0 });
  expect(await failed()).toEqual([]);
  // Refused before it was begun: no checkpoint tells of it.
  expect(await sync('http://127.0.0.1:9')).toMatchObject({ code: 2 });
  expect(await failed()).toEqual([expect.stringContaining('--same-account')]);
  rmSync(dirname(failing), { recursive: true, force: true });
});

test('a lake that is not there is named with the next step, exit 1', async () => {
  const missing = join(dirname(lake), 'missing');
  const err = `payments-lake: no lake at ${missing}: check --lake, or run payments-lake sync first\n`;
  expect(await run(['status', '--lake', missing])).toEqual({ code: 1, out: '', err });
});

test('a damaged lake.json is named, exit 1', async () => {
  mkdirSync(damaged, { recursive: true });
  writeFileSync(join(damaged, 'lake.json'), '{"format":');
  const { code, out, err } = await run(['status', '--lake', damaged]);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(`${join(damaged, 'lake.json')} is no description of a lake`);
});
