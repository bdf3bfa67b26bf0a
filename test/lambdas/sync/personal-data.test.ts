import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../../lambdas/errors.ts';
import type { Source } from '../../../lambdas/sources/source.ts';
import { runDeletion } from '../../../lambdas/sync/run-deletion.ts';
import { hashedUnder, type PersonalData } from '../../../lambdas/transform/personal-data.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { dayMs, marked, nextDay } from '../../support/deletions.ts';
import { closeFunctionBenches, functionBench } from '../../support/function-bench.ts';
import { currentRows } from '../../support/history-rows.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { closeBenches, type SyncBench, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';
import { failure } from '../../support/test-client.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const hashing = hashedUnder('ab'.repeat(32));
const otherKey = hashedUnder('cd'.repeat(32));
const rewrite = { mode: 'backfill', rewrite: true } as const;
const instance = withPagesOf(4, checkoutPageInstance);
const { source } = instance;
let api: SampleApi;
const opened: SampleApi[] = [];
beforeAll(async () => {
  api = await startCheckoutPage({ payments: 24, months: 2, until: new Date(today - 86_400_000) });
});
afterAll(async () => {
  await closeBenches();
  await closeFunctionBenches();
  for (const each of [api, ...opened]) await each.close();
});

/** E-mail addresses of the current payments; a draft has none. */
async function emails({ store }: SyncBench): Promise<string[]> {
  const column = (source as Source).payments.columns.findIndex(({ name }) => name === 'customer_email');
  return (await currentRows({ store, instance })(source.payments)).map((row) => String(row[column]));
}
const isHash = (value: string) => /^[0-9a-f]{64}$/.test(value);
const isPlain = (value: string) => value.includes('@');

test.each<[string, PersonalData, PersonalData | undefined, string]>([
  ['hash, got keep', hashing, undefined, "the warehouse has 'hash', got 'keep'"],
  ['keep, got drop', { mode: 'keep' }, { mode: 'drop' }, "the warehouse has 'keep', got 'drop'"],
  ['another key', hashing, otherKey, 'they were hashed under another key'],
])('a warehouse filled in one way is refused in another, before anything is read: %s', async (_, first, then, rule) => {
  const bench = await syncBench(api, instance);
  await bench.sync({ personalData: first });
  const before = [await bench.about(), await bench.state(), api.requests];
  const asked = then === undefined ? {} : { personalData: then };
  for (const scope of [
    {},
    { mode: 'backfill' },
    { ...rewrite, from: 0 },
    { ...rewrite, filters: { search: 'x' } },
  ] as const) {
    const error = await failure(bench.sync({ ...asked, scope }));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(rule);
    expect(error.message).toContain('--backfill --rewrite');
  }
  expect([await bench.about(), await bench.state(), api.requests]).toEqual(before);
});

test('a warehouse from before there was a choice is one that keeps', async () => {
  const bench = await syncBench(api, instance);
  await bench.sync();
  expect(await bench.about()).not.toHaveProperty('personalData');
  expect(await failure(bench.sync({ personalData: hashing }))).toBeInstanceOf(UsageError);
  await bench.equalsApi();
});

test('a rewrite that dies in the middle is gone on with by later syncs, until all is in the new mode', async () => {
  const bench = await syncBench(api, instance);
  await bench.sync();
  const stop = new AbortController();
  const settings = { loadRows: 1 };
  const onProgress = ({ pages }: { pages: number }) => pages === 2 && stop.abort();
  const changed = { personalData: hashing, settings, scope: rewrite };
  const dead = await bench.sync({ ...changed, onProgress, signal: stop.signal });
  expect(dead).toMatchObject({ status: 'interrupted' });
  const half = await emails(bench);
  expect([half.some(isHash), half.some(isPlain)]).toEqual([true, true]);
  // The new mode holds from the first page on: the nightly is in it, the old one is refused.
  expect(await failure(bench.sync())).toBeInstanceOf(UsageError);
  expect(await bench.sync({ personalData: hashing })).toMatchObject({ status: 'done' });
  expect(await bench.sync(changed)).toMatchObject({ status: 'done', resumed: true });
  const all = await emails(bench);
  expect([all.length, all.some(isHash), all.some(isPlain)]).toEqual([24, true, false]);
});

test('what a sync had begun in another mode is read again from the start', async () => {
  const bench = await syncBench(api, instance);
  const stop = new AbortController();
  const onProgress = ({ pages }: { pages: number }) => pages === 2 && stop.abort();
  await bench.sync({ scope: rewrite, settings: { loadRows: 1 }, onProgress, signal: stop.signal });
  const done = await bench.sync({ scope: rewrite, personalData: hashing });
  expect(done).toMatchObject({ status: 'done', resumed: false, written: 24 });
  const all = await emails(bench);
  expect([all.length, all.some(isHash), all.some(isPlain)]).toEqual([24, true, false]);
});

test.each<[string, PersonalData, (value: string) => boolean]>([
  ['hash', hashing, isHash],
  ['drop', { mode: 'drop' }, (value) => value === 'null'],
])(
  'a payment that was gone before the mode was changed is marked in the new mode: %s',
  async (_, personalData, isNew) => {
    const clock = virtualClock(today);
    const own = await startCheckoutPage({
      payments: 24,
      months: 2,
      until: new Date(today - 86_400_000),
      now: clock.now,
    });
    opened.push(own);
    const { id, customerEmail } = own.record(3) as { id: string; customerEmail: string };
    own.edit(id, { newField: { deep: ['Jane Doe'] }, queryParameters: { utm: 'Jane Doe' } });
    const bench = await syncBench(own, instance, clock);
    await nextDay(bench);
    own.remove(id);
    await nextDay(bench, { personalData: { mode: 'keep' } });
    clock.at += dayMs;
    await bench.sync({ personalData, scope: rewrite });
    expect(await runDeletion(bench.options({ personalData }))).toMatchObject({ status: 'done', written: 1 });
    const row = (await marked(bench)).get(id);
    expect(isNew(String(row?.customer_email))).toBe(true);
    expect(JSON.parse(String(row?._extra))).toEqual({ newField: 'object' });
    const marks = String(row?._load_id);
    const files = (await bench.store.list('warehouse/')).filter(({ key }) => key.includes(marks));
    expect(files.length).toBeGreaterThan(1);
    for (const { key } of files) {
      expect(readFileSync(join(bench.dir, key)).toString('latin1')).not.toMatch(
        new RegExp(`Jane Doe|${customerEmail}`),
      );
    }
  },
);

test('a mode can be left again: a rewrite brings back what the API still tells', async () => {
  const bench = await syncBench(api, instance);
  await bench.sync({ personalData: { mode: 'drop' } });
  expect(await emails(bench)).toEqual(Array(24).fill('null'));
  await bench.sync({ scope: rewrite });
  await bench.equalsApi();
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 0 });
});

test('under hash an unchanged payment is not written again', async () => {
  const bench = await syncBench(api, instance);
  await bench.sync({ personalData: hashing });
  expect(await bench.sync({ personalData: hashedUnder('AB'.repeat(32)), scope: { mode: 'backfill' } })).toMatchObject({
    written: 0,
    unchanged: 24,
  });
});

test('a function leaves no personal value in its log, its answer and its checkpoints, also when it searches by e-mail', async () => {
  const bench = await functionBench(api, instance);
  const searched = api.record(3)?.customerEmail as string;
  const changes = { personalData: async () => hashing };
  const answers = [
    await bench.invoke({ mode: 'incremental' }, changes),
    await bench.invoke({ mode: 'backfill', filter: { search: searched } }, changes),
    await bench.invoke({ mode: 'incremental' }, {}),
  ];
  expect(answers).toMatchObject([
    { syncs: [{ status: 'done' }] },
    { syncs: [{ status: 'done' }] },
    { error: expect.stringContaining("the warehouse has 'hash', got 'keep'") },
  ]);
  const said = JSON.stringify([answers, bench.logs, await bench.dynamo.table.readAll()]);
  const personal = [...api.all()].flatMap((payment) => {
    const { customerEmail, billing } = payment as { customerEmail: unknown; billing?: Record<string, unknown> };
    return [customerEmail, billing?.name, billing?.phone].filter((value) => typeof value === 'string' && value !== '');
  }) as string[];
  expect(personal.length).toBeGreaterThan(20);
  expect(personal.filter((value) => said.includes(value))).toEqual([]);
});
