import { readFileSync } from 'node:fs';
import { TransientError } from '../../../lambdas/errors.ts';
import { runNightly } from '../../../lambdas/sync/run-nightly.ts';
import { summaryAsJson } from '../../../lambdas/sync/summary-json.ts';
import { syncItem } from '../../../lambdas/sync/sync-names.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { historyRows } from '../../support/history-rows.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { lakeFiles } from '../../support/lake-files-on-disk.ts';
import { loadRows } from '../../support/load-rows.ts';
import {
  closeBenches,
  everything,
  nightly,
  type SyncBench,
  syncBench,
  today,
  withPagesOf,
} from '../../support/sync-bench.ts';

const instance = withPagesOf(10, checkoutPageInstance);
const createdAt = (payment: Record<string, unknown> | undefined) => Date.parse(String(payment?.createdAt));
let api: SampleApi;
let bench: SyncBench;
beforeEach(async () => {
  api = await startCheckoutPage({ payments: 120, months: 1, now: () => today });
  bench = await syncBench(api, instance);
});
afterEach(async () => {
  await api.close();
  await closeBenches();
});

test('a range takes --from and leaves --to, by createdAt, and reads no further than it must', async () => {
  const [from, to] = [createdAt(api.record(50)), createdAt(api.record(80))];
  const inRange = [...api.all()].filter((payment) => createdAt(payment) >= from && createdAt(payment) < to);
  const summary = await bench.sync({ scope: { mode: 'backfill', from, to } });
  expect(summary).toMatchObject({ status: 'done', mode: 'backfill', written: inRange.length });
  expect(summary.outside).toBe(summary.records - inRange.length);
  expect(summary.pages).toBeLessThan(11);
  expect(inRange.some(({ id }) => id === api.record(50)?.id)).toBe(true);
  expect(inRange.some(({ id }) => id === api.record(80)?.id)).toBe(false);
  await bench.holds(inRange);
});

test('an open range goes to the newest, or from the first', async () => {
  const middle = createdAt(api.record(60));
  const later = [...api.all()].filter((payment) => createdAt(payment) >= middle);
  expect(await bench.sync({ scope: { mode: 'backfill', from: middle } })).toMatchObject({ written: later.length });
  expect(await bench.sync({ scope: { mode: 'backfill', to: middle } })).toMatchObject({ written: 120 - later.length });
  await bench.equalsApi();
});

test('a backfill leaves the nightly’s watermark and item alone', async () => {
  await bench.sync();
  const before = await bench.state();
  await bench.sync({ scope: everything });
  await bench.sync({ scope: { mode: 'backfill', from: today - 86_400_000 * 5 } });
  expect(await bench.state()).toEqual(before);
  expect((await bench.state(everything)).watermark).toBeNull();
});

test('rewrite writes all that is read, and each payment is shown once', async () => {
  await bench.sync();
  expect(await bench.sync({ scope: { ...everything, rewrite: true } })).toMatchObject({ status: 'done', written: 120 });
  expect(await historyRows(bench)).toHaveLength(240);
  await bench.equalsApi();
  expect(await bench.sync()).toMatchObject({ written: 0 });
});

test('an unfinished backfill that cannot go on fails with a row of its own, and the nightly is told all the same', async () => {
  const { syncId } = await bench.sync({ scope: everything, remainingMs: () => 0 });
  const plain = bench.options();
  const connect: typeof plain.connect = (signal, scope) => {
    if (scope.mode === 'backfill') throw new TransientError('no way out');
    return plain.connect(signal, scope);
  };
  const summaries = await runNightly(bench.options({ connect }));
  expect(summaries).toMatchObject([
    { mode: 'incremental', status: 'done' },
    { mode: 'backfill', status: 'failed', syncId, error: { message: 'no way out', lasting: false } },
  ]);
  const failed = { mode: 'backfill', sync_id: syncId, error: 'no way out' };
  expect((await loadRows(bench)).filter(({ kind }) => kind === 'failed')).toMatchObject([failed]);
});

test('an unfinished backfill is gone on with by the next nightly', async () => {
  const from = createdAt(api.record(20));
  const stopped = await bench.sync({ scope: { mode: 'backfill', from }, remainingMs: () => 0 });
  const summaries = await runNightly(bench.options());
  expect(summaries.map(({ mode, status }) => ({ mode, status }))).toEqual([
    { mode: 'incremental', status: 'done' },
    { mode: 'backfill', status: 'done' },
  ]);
  expect(summaries[1]).toMatchObject({ syncId: stopped.syncId, resumed: true });
  await bench.equalsApi();
  const modes = (await runNightly(bench.options())).map(({ mode }) => mode);
  expect(modes.filter((mode) => mode !== 'sweep')).toEqual(['incremental']);
});

test('one that made no progress twice is left alone, with an error', async () => {
  const store = { ...bench.store, putNew: () => Promise.reject(new Error('no')) };
  for (let times = 0; times < 2; times++) await bench.sync({ scope: everything, store });
  const requests = api.requests;
  const summaries = await runNightly(bench.options());
  expect(summaries.map(({ mode, status }) => ({ mode, status }))).toEqual([
    { mode: 'incremental', status: 'done' },
    { mode: 'backfill', status: 'failed' },
  ]);
  expect(bench.logs.join('\n')).toContain('unfinished sync sync#backfill made no progress last time');
  expect(api.requests - requests).toBeLessThan(16);
});

describe('a targeted reading', () => {
  const pageId = () => String(api.record(100)?.pageId);
  const fitting = () => [...api.all()].filter((payment) => payment.pageId === pageId());

  test('reads what matches, into an item of its own, and moves no watermark', async () => {
    const filters = { pageId: pageId() };
    expect(await bench.sync({ scope: { mode: 'backfill', filters } })).toMatchObject({
      status: 'done',
      written: fitting().length,
      total: null,
      fullReading: false,
    });
    await bench.holds(fitting());
    expect(await bench.checkpoints.read({ instance: instance.name, item: syncItem(nightly) })).toBeNull();
    expect((await bench.state({ mode: 'backfill', filters })).watermark).toBeNull();
    expect(await bench.sync()).toMatchObject({ written: 120 - fitting().length, fullReading: true });
    await bench.equalsApi();
  });

  test('has the same item in whatever order its filters are given, and another for another value', () => {
    const item = (filters: Record<string, string>) => syncItem({ ...everything, filters });
    expect(item({ status: 'paid', search: 'x' })).toBe(item({ search: 'x', status: 'paid' }));
    expect(new Set([item({}), item({ search: 'x' }), item({ search: 'y' }), item({ status: 'x' })]).size).toBe(4);
  });

  test('leaves its value nowhere but in the rows that hold it', async () => {
    const email = 'Someone.Unlisted@example.org';
    for (const index of [10, 50, 90]) api.edit(api.record(index)?.id as string, { customerEmail: email });
    const scope = { mode: 'backfill', filters: { search: email } } as const;
    const stopped = await bench.sync({ scope, remainingMs: () => 0 });
    const done = await bench.sync({ scope });
    const failed = await bench.sync({ scope, key: 'unknown' });
    expect(failed.status).toBe('failed');
    expect(done).toMatchObject({ status: 'done', written: 3 });
    const told = [
      ...bench.logs,
      JSON.stringify([[stopped, done, failed].map(summaryAsJson), await bench.checkpoints.readAll()]),
    ];
    const others = lakeFiles(bench.dir).filter((path) => !path.includes('/checkout_page_'));
    expect(others.length).toBeGreaterThan(1);
    for (const text of [...told, ...others.map((path) => readFileSync(path, 'latin1')), ...others]) {
      expect(text.toLowerCase()).not.toContain(email.toLowerCase());
      expect(text).not.toContain(encodeURIComponent(email));
    }
  });

  test('that was left unfinished is left to who gave its value', async () => {
    const scope = { mode: 'backfill', filters: { status: 'paid' } } as const;
    expect(await bench.sync({ scope, remainingMs: () => 0 })).toMatchObject({ status: 'stopped' });
    expect(await runNightly(bench.options())).toHaveLength(1);
    expect(await bench.state(scope)).toMatchObject({ phase: 'running' });
    expect(await bench.sync({ scope })).toMatchObject({ status: 'done', resumed: true });
  });
});
