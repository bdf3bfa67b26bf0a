import { TransientError } from '../../../lambdas/errors.ts';
import type { SyncAnswer } from '../../../lambdas/sync/answer.ts';
import type { SyncState } from '../../../lambdas/sync/sync-state.ts';
import { metrics } from '../../../lambdas/warehouse/function-settings.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import {
  closeFunctionBenches,
  type FunctionBench,
  functionBench,
  today,
  type WorldChanges,
} from '../../support/function-bench.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';

const backfill = { mode: 'backfill' };
const itemKey = { instance: 'checkout_page', item: 'sync#backfill' };

let api: SampleApi;
let bench: FunctionBench;
beforeEach(async () => {
  api = await startCheckoutPage({ payments: 50, mostPerPage: 10, months: 3, now: () => today });
  bench = await functionBench(api, checkoutPageInstance);
});
afterEach(async () => {
  await api.close();
  await closeFunctionBenches();
});

const statusOf = ({ syncs = [] }: SyncAnswer) => syncs.map(({ status }) => status);

/** Runs a first invocation that reads two pages. @returns the event it invoked the function with */
async function stopAfterTwoPages(event: object = backfill): Promise<object> {
  expect(await bench.invoke(event, { pagesEach: 2 })).toMatchObject({ goesOn: true, continuation: 1 });
  const [next] = bench.queue.splice(0);
  return next as object;
}

/** What the function invoked itself with, until all is done: without the counting after a sync that was completed. */
const drainSyncs = async (changes: WorldChanges = {}): Promise<SyncAnswer[]> =>
  (await bench.drain(changes)).filter(({ syncs }) => syncs);

test('a backfill that outlasts its time goes on in invocations of the function itself, until all is there', async () => {
  const first = await bench.invoke(backfill, { pagesEach: 2 });
  expect(first).toMatchObject({ goesOn: true, continuation: 1, syncs: [{ status: 'stopped', pages: 2 }] });
  expect(bench.queue).toEqual([
    { mode: 'backfill', continuation: { token: expect.any(String), number: 1, syncId: first.syncs?.[0]?.syncId } },
  ]);
  const answers = await drainSyncs({ pagesEach: 2 });
  expect(answers.map(({ goesOn, continuation }) => [goesOn, continuation])).toEqual([
    [true, 2],
    [false, undefined],
  ]);
  expect(answers.at(-1)?.syncs).toMatchObject([{ status: 'done', pages: 5, written: 50, resumed: true }]);
  await bench.equalsApi();
});

test('each payment and request is told in the metrics of one invocation only', async () => {
  await bench.invoke(backfill, { pagesEach: 2 });
  const answers = await drainSyncs({ pagesEach: 2 });
  const [last] = answers.at(-1)?.syncs ?? [];
  expect(bench.metrics.get(metrics.paymentsRead)).toBe(50);
  expect(bench.metrics.get(metrics.paymentsWritten)).toBe(50);
  expect(bench.metrics.get(metrics.requests)).toBe(last?.requests);
  expect(bench.metrics.get(metrics.bytesWritten)).toBe(last?.bytes);
  expect(bench.metrics.get(metrics.rowsWritten)).toBe(
    Object.values(last?.rows ?? {}).reduce((total, rows) => total + rows, 0),
  );
});

test('range, filter and rewrite go with the sync', async () => {
  const sellerId = api.record(0)?.pageId as string;
  const event = { mode: 'backfill', from: '2026-04-15', to: '2026-06-20T12:00:00+02:00', rewrite: true };
  const next = await stopAfterTwoPages(event);
  expect(next).toMatchObject({ from: '2026-04-15T00:00:00.000Z', to: '2026-06-20T10:00:00.000Z', rewrite: true });
  expect(statusOf(await bench.invoke(next))).toEqual(['done']);
  const targeted = { mode: 'backfill', filter: { pageId: sellerId } };
  await bench.invoke(targeted, { pagesEach: 0 });
  expect(bench.queue).toMatchObject([targeted]);
  expect(JSON.stringify(bench.logs)).not.toContain(sellerId);
});

describe('a token that comes again', () => {
  test('after the sync was done has nothing to do, and writes nothing', async () => {
    const next = await stopAfterTwoPages();
    await bench.invoke(next);
    const requests = api.requests;
    expect(statusOf(await bench.invoke(next))).toEqual(['taken over']);
    expect(api.requests).toBe(requests);
    await bench.equalsApi();
  });

  test('after the sync was done and another one of its scope begun leaves that one alone', async () => {
    const next = await stopAfterTwoPages();
    await bench.invoke(next);
    bench.queue.splice(0);
    await bench.invoke(backfill, { pagesEach: 1 });
    const [other] = bench.queue.splice(0);
    expect(statusOf(await bench.invoke(next))).toEqual(['taken over']);
    expect(statusOf(await bench.invoke(other))).toEqual(['done']);
  });

  test('while whoever used it dies takes the lease over, and loses nothing', async () => {
    const next = await stopAfterTwoPages();
    await takeAs('dead', next, 30_000);
    expect(statusOf(await bench.invoke(next))).toEqual(['done']);
    expect(bench.clock.at - today).toBeGreaterThan(30_000);
    await bench.equalsApi();
  });

  test('while whoever used it commits ends well, since the sync goes on', async () => {
    const next = await stopAfterTwoPages();
    const owner = await takeAs('alive', next, 3_600_000);
    const { table } = bench.dynamo;
    const clock = {
      ...bench.clock,
      now: bench.clock.now,
      sleep: async (ms: number) => {
        await bench.clock.sleep(ms);
        if (bench.clock.slept.length === 5) await table.move(itemKey, owner.version, owner.state);
      },
    };
    expect(statusOf(await bench.invoke(next, { clock }))).toEqual(['taken over']);
    expect(bench.clock.at - today).toBeLessThan(95_000);
    expect(bench.metrics.has(metrics.syncFailed)).toBe(false);
  });

  test('while whoever used it lives and commits nothing fails, so that it is tried again, without an alarm', async () => {
    const next = await stopAfterTwoPages();
    await takeAs('alive', next, 3_600_000);
    const error = await bench.invoke(next).catch((failure: Error) => failure);
    expect(error).toBeInstanceOf(TransientError);
    expect((error as Error).message).toMatch(/another sync is at work/);
    expect(bench.metrics.has(metrics.syncFailed)).toBe(false);
  });

  test('by the retry of an invocation that was killed goes on where it stood', async () => {
    const next = await stopAfterTwoPages();
    const frozen = freezing(bench);
    const killed = bench.invoke(next, { store: frozen.store });
    await frozen.reached;
    bench.clock.at += 61_000;
    expect(statusOf(await bench.invoke(next))).toEqual(['done']);
    frozen.thaw();
    expect(statusOf(await killed)).toEqual(['taken over']);
    await bench.equalsApi();
  });
});

test('a token that comes late, after its lease ran out, goes on all the same', async () => {
  const next = await stopAfterTwoPages();
  bench.clock.at += 3 * 3_600_000;
  expect(await bench.invoke(next)).toMatchObject({ syncs: [{ status: 'done', resumed: true, pages: 5 }] });
  await bench.equalsApi();
});

test('a backfill whose token never comes is taken on by the next nightly', async () => {
  await stopAfterTwoPages();
  bench.clock.at += 61_000;
  const answer = await bench.invoke({});
  expect(answer.syncs).toMatchObject([
    { mode: 'incremental', status: 'done' },
    { mode: 'backfill', status: 'done', resumed: true },
  ]);
});

test('a nightly that goes on in further invocations goes on with what else is unfinished once it is done', async () => {
  await stopAfterTwoPages();
  bench.clock.at += 61_000;
  expect(statusOf(await bench.invoke({}, { pagesEach: 3 }))).toEqual(['stopped']);
  const [second] = await bench.drain();
  expect(second?.syncs).toMatchObject([
    { mode: 'incremental', status: 'done' },
    { mode: 'backfill', status: 'done' },
  ]);
});

test('unfinished syncs share the time of the nightly: each hands over after a page once it is short', async () => {
  await stopAfterTwoPages();
  await stopAfterTwoPages({ mode: 'backfill', from: '2026-04-15' });
  bench.clock.at += 61_000;
  const answer = await bench.invoke({}, { pagesEach: 7 });
  expect(answer).toMatchObject({ goesOn: true, continuation: 1 });
  expect(statusOf(answer)).toEqual(['done', 'stopped', 'stopped']);
  expect(bench.queue).toMatchObject([{ mode: 'backfill' }, { mode: 'backfill' }, { mode: 'reconcile' }]);
  expect((await drainSyncs()).map(statusOf)).toEqual([['done'], ['done']]);
});

test('when the function cannot invoke itself it fails, and its retry goes on once the lease has run out', async () => {
  const invokeSelf = async () => {
    throw new TransientError('no');
  };
  await expect(bench.invoke(backfill, { pagesEach: 2, invokeSelf })).rejects.toThrow(TransientError);
  expect(bench.metrics.get(metrics.syncFailed)).toBe(1);
  expect(await bench.invoke(backfill)).toMatchObject({ syncs: [{ status: 'done', resumed: true, pages: 5 }] });
  expect(bench.clock.at - today).toBeGreaterThan(60_000);
  await bench.equalsApi();
});

test('more continuations than allowed end in an error that is recorded; the same event goes on', async () => {
  const settings = { mostContinuations: 2 };
  await bench.invoke(backfill, { pagesEach: 1, settings });
  const answers = await bench.drain({ pagesEach: 1, settings });
  expect(answers).toHaveLength(3);
  expect(answers.at(-1)).toMatchObject({ goesOn: false, syncs: [{ status: 'failed', pages: 3 }] });
  expect(answers.at(-1)?.error).toMatch(/continued 2 times, and was; .*mostContinuations raises the limit/);
  expect(bench.metrics.get(metrics.syncFailed)).toBe(1);
  expect(await bench.invoke(backfill)).toMatchObject({ syncs: [{ status: 'done', pages: 5 }] });
  expect(bench.clock.at).toBe(today);
});

test('a backfill that has sent as many requests as it may stops, says how to raise that, and then goes on', async () => {
  const stopped = await bench.invoke(backfill, { settings: { mostRequestsPerBackfill: 3 } });
  expect(stopped.error).toMatch(/may send 3 requests, and did; raise mostRequestsPerBackfill in cdk.json/);
  const [first] = stopped.syncs ?? [];
  expect(first).toMatchObject({ status: 'failed' });
  expect(first?.loads).toBeGreaterThan(0);
  expect(await bench.invoke(backfill, { settings: { mostRequestsPerBackfill: 40 } })).toMatchObject({
    syncs: [{ status: 'done', resumed: true, records: 50 }],
  });
  await bench.equalsApi();
});

/** Another process takes the lease that was handed to an event's token. */
async function takeAs(owner: string, event: object, ms: number) {
  const { token } = (event as { continuation: { token: string } }).continuation;
  const now = bench.clock.at;
  const taken = await bench.dynamo.table.takeLease<SyncState>(itemKey, { owner, until: now + ms }, now, [token]);
  if (!taken) throw new Error('the token was not good');
  return taken;
}

/** A store whose first put waits until it is thawed. */
function freezing({ world }: FunctionBench) {
  const { store } = world();
  let thaw = () => {};
  let reach = () => {};
  const thawed = new Promise<void>((resolve) => {
    thaw = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const putNew: typeof store.putNew = async (key, bytes) => {
    reach();
    await thawed;
    return store.putNew(key, bytes);
  };
  return { store: { ...store, putNew }, reached, thaw };
}
