import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi, SampleOptions } from '../../../local/sample-apis/sample-api.ts';
import { historyRows } from '../../support/history-rows.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import {
  closeBenches,
  everything,
  type SyncBench,
  syncBench,
  today,
  withPagesOf,
  withTables,
} from '../../support/sync-bench.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const instance = withPagesOf(20, withTables(2, checkoutPageInstance));
const day = 86_400_000;
const hour = 3_600_000;
const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

/** Payments that are all loaded; a minute passes between two syncs. */
async function loaded(options: Partial<SampleOptions> = {}) {
  const clock = virtualClock(today);
  const api = await startCheckoutPage({ payments: 40, months: 1, now: clock.now, compression: false, ...options });
  opened.push(api);
  const bench = await syncBench(api, instance, clock);
  expect(await bench.sync()).toMatchObject({ status: 'done', written: api.total });
  clock.at += 60_000;
  return { api, bench, clock };
}

/** Further back than a nightly reads. */
const fourMonths = { payments: 240, months: 4 };

const oneChange = async (api: SampleApi, bench: SyncBench, id: string) => {
  bench.clock.at += 60_000;
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 1 });
  await bench.equalsApi();
  return (await historyRows(bench)).filter(({ payment_id }) => payment_id === id && api.byId(id));
};

test('a nightly writes exactly what is new and what changed inside the lookback', async () => {
  const { api, bench } = await loaded(fourMonths);
  api.changeStatuses(3, { withinDays: 45 });
  api.addPayments(5);
  const summary = await bench.sync();
  expect(summary).toMatchObject({ status: 'done', written: 8, fullReading: false });
  // Two pages wholly before the boundary end it.
  const boundary = (await bench.state()).boundary ?? 0;
  const inside = [...api.all()].filter(({ createdAt }) => Date.parse(String(createdAt)) >= boundary).length;
  expect(summary.pages).toBe(Math.ceil(inside / 20) + 2);
  await bench.equalsApi();
});

test('a change that does not move updatedAt is seen, and shown', async () => {
  const { api, bench } = await loaded();
  const [id = ''] = api.changeStatuses(1, { moveUpdatedAt: false });
  const [before, after] = await oneChange(api, bench, id);
  expect(after?.updated_at).toBe(before?.updated_at);
  expect(after?._version_at).toBe(before?._version_at);
});

test('a change seen within the same second of the API, updatedAt standing still, is shown', async () => {
  const { api, bench, clock } = await loaded();
  clock.at -= 60_000;
  api.changeStatuses(1, { moveUpdatedAt: false });
  expect(await bench.sync()).toMatchObject({ written: 1 });
  await bench.equalsApi();
});

test('a change is shown although the clock of the API was set back meanwhile', async () => {
  const apiClock = { at: today + 5 * hour };
  const { api, bench } = await loaded({ now: () => apiClock.at });
  apiClock.at = today - 5 * hour;
  api.changeStatuses(1, { moveUpdatedAt: false });
  expect(await bench.sync()).toMatchObject({ written: 1 });
  await bench.equalsApi();
  expect(await bench.sync()).toMatchObject({ written: 0 });
});

test('a change dated in the future is seen once, and a later one is shown all the same', async () => {
  const { api, bench, clock } = await loaded();
  const [id = ''] = api.changeStatuses(1, { updatedAt: new Date(today + 30 * day) });
  const [, future] = await oneChange(api, bench, id);
  expect(future?._version_at).toBe(future?._loaded_at);
  expect(await bench.sync()).toMatchObject({ written: 0 });
  api.edit(id, { status: 'paid', updatedAt: new Date(clock.at).toISOString() });
  const [, , later] = await oneChange(api, bench, id);
  expect(later?.status).toBe('paid');
});

test('an updatedAt up to five minutes ahead of the answer is believed', async () => {
  const { api, bench, clock } = await loaded();
  const at = clock.at + 60_000 + 5 * 60_000;
  const [id = ''] = api.changeStatuses(1, { updatedAt: new Date(at) });
  const [, ahead] = await oneChange(api, bench, id);
  expect(ahead?._version_at).toBe(at);
});

test('a payment without an updatedAt takes the time of the answer', async () => {
  const { api, bench } = await loaded();
  const id = api.record(35)?.id as string;
  api.edit(id, { updatedAt: undefined });
  const [, without] = await oneChange(api, bench, id);
  expect(without?._version_at).toBe(without?._loaded_at);
});

test('a change back to the very first content is written again, and shown', async () => {
  const { api, bench } = await loaded();
  const id = api.record(35)?.id as string;
  const { locale } = api.record(35) ?? {};
  api.edit(id, { locale: 'eo' });
  await oneChange(api, bench, id);
  api.edit(id, { locale });
  const versions = await oneChange(api, bench, id);
  expect(versions.map(({ _hash }) => _hash)).toEqual([versions[0]?._hash, versions[1]?._hash, versions[0]?._hash]);
});

test('a change before the lookback waits for a full reading, which writes it alone', async () => {
  const { api, bench } = await loaded(fourMonths);
  api.changeStatuses(1, { olderThanDays: 90 });
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 0 });
  expect(await bench.sync({ scope: everything })).toMatchObject({ status: 'done', written: 1, fullReading: true });
  await bench.equalsApi();
});

describe('the start of a sync', () => {
  test.each([
    ['ahead of ours', 6 * hour, today - hour],
    ['behind ours', -6 * hour, today - 6 * hour - hour],
  ])('is the earlier clock less an hour: that of the API is %s', async (_, off, start) => {
    const { bench } = await loaded({ now: () => today + off });
    expect((await bench.state()).watermark).toEqual({ at: start, account: expect.stringMatching(/^[0-9a-f]{24}$/) });
  });

  test('fixes the boundary at the watermark less the lookback, and both are kept over a resume', async () => {
    const { bench, clock } = await loaded();
    const { watermark } = await bench.state();
    await bench.sync({ remainingMs: () => 0 });
    const stopped = await bench.state();
    expect(stopped.start).toBe(today + 60_000 - hour);
    expect(stopped.boundary).toBe((watermark?.at ?? 0) - instance.source.lookbackDays * day);
    expect(stopped.watermark).toEqual(watermark);
    clock.at += 5 * hour;
    await bench.sync();
    const done = await bench.state();
    expect(done).toMatchObject({ phase: 'done', start: stopped.start, boundary: stopped.boundary });
    expect(done.watermark?.at).toBe(stopped.start);
  });
});

test('the watermark moves with the write that closes the nightly, and no other', async () => {
  const { bench } = await loaded();
  const before = (await bench.state()).watermark;
  const moves: { phase: string; watermark: unknown }[] = [];
  const { checkpoints } = bench;
  const move = checkpoints.move.bind(checkpoints);
  const spy = jest.spyOn(checkpoints, 'move').mockImplementation((key, version, state, lease) => {
    const { phase, watermark } = state as { phase: string; watermark: unknown };
    if (key.item === 'sync#incremental') moves.push({ phase, watermark });
    return move(key, version, state, lease);
  });
  await bench.sync();
  spy.mockRestore();
  const after = { at: today + 60_000 - hour, account: expect.any(String) };
  expect(moves.map(({ phase }) => phase)).toEqual(['running', 'running', 'done']);
  expect(moves.map(({ watermark }) => watermark)).toEqual([before, before, after]);
});
