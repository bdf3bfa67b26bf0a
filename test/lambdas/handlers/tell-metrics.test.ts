import { tellMetrics } from '../../../lambdas/handlers/tell-metrics.ts';
import type { MetricName, World } from '../../../lambdas/handlers/world.ts';
import type { SyncSummary } from '../../../lambdas/sync/summary.ts';
import { type Counts, noCounts } from '../../../lambdas/sync/sync-state.ts';
import { metrics } from '../../../lambdas/warehouse/function-settings.ts';
import { closeCheckpoints, startCheckpoints } from '../../support/checkpoints.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

afterAll(closeCheckpoints);

/** What one invocation tells of a sync: of all of it, and of its own part. */
async function told(
  status: SyncSummary['status'],
  whole: Partial<Counts>,
  here: Partial<Counts>,
  others: Partial<SyncSummary> = {},
) {
  const { table: checkpoints } = await startCheckpoints();
  const values = new Map<MetricName, number>();
  const metric = (name: MetricName, value: number) => void values.set(name, value);
  const world = { settings: { instance: 'commet' }, checkpoints, clock: virtualClock(), metric } as unknown as World;
  const own = { status, mode: 'incremental', here: { ...noCounts, ...here }, ...others };
  const summary = { ...noCounts, ...whole, ...own } as SyncSummary;
  await tellMetrics(world, [summary], 0);
  return values;
}

test('only 429s and pauses asked for make the share of throttled requests, not every retry', async () => {
  const values = await told('stopped', {}, { requests: 200, retries: 60, throttled: 10 });
  expect([values.get(metrics.retries), values.get(metrics.throttledPercent)]).toEqual([60, 5]);
});

test('of few requests no share is told', async () => {
  expect((await told('stopped', {}, { requests: 49, throttled: 49 })).has(metrics.throttledPercent)).toBe(false);
});

test('what the declaration did not foresee is told when the sync closes, and of all of it', async () => {
  const open = await told('stopped', { unknownFields: 7, misfits: 3 }, { unknownFields: 7, misfits: 3 });
  expect([open.has(metrics.unknownFields), open.has(metrics.misfits)]).toEqual([false, false]);
  // The last of many invocations saw none, and the alarm must stay.
  const closed = await told('done', { unknownFields: 7, misfits: 3, unknownValues: 2 }, {});
  expect([metrics.unknownFields, metrics.misfits, metrics.unknownValues].map((name) => closed.get(name))).toEqual([
    7, 3, 2,
  ]);
});

test('a full reading tells how short of the total it was, and marks how many they held back; else nothing is told', async () => {
  const total = { api: 66, seen: 64, verdict: 'short', short: { paid: 2 } } as const;
  const short = await told('done', {}, {}, { fullReading: true, total });
  expect([short.get(metrics.totalShort), short.has(metrics.deletionsHeldBack)]).toEqual([2, false]);
  // Payments deleted while it was read.
  const right = await told('done', {}, {}, { fullReading: true, total: { ...total, seen: 70, verdict: 'right' } });
  expect(right.get(metrics.totalShort)).toBe(0);
  const marks = await told('done', {}, {}, { mode: 'deletion', heldBack: 40 });
  expect([marks.has(metrics.totalShort), marks.get(metrics.deletionsHeldBack)]).toEqual([false, 40]);
  const mended = await told('done', {}, {}, { mode: 'deletion', heldBack: null });
  expect(mended.get(metrics.deletionsHeldBack)).toBe(0);
});
