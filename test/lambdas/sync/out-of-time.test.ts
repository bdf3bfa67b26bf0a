import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpClient } from '../../../lambdas/extract/http-client.ts';
import type { RequestBudget } from '../../../lambdas/extract/pace.ts';
import { runNightly } from '../../../lambdas/sync/run-nightly.ts';
import { syncItem } from '../../../lambdas/sync/sync-names.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import {
  type BenchChanges,
  closeBenches,
  everything,
  type SyncBench,
  syncBench,
  today,
} from '../../support/sync-bench.ts';

/** An API that answers so many requests, and lets the rest hang. */
let answers = Number.POSITIVE_INFINITY;
const intercept = (_request: IncomingMessage, _response: ServerResponse) => {
  answers -= 1;
  return answers < 0;
};

let api: SampleApi;
let bench: SyncBench;
beforeEach(async () => {
  answers = Number.POSITIVE_INFINITY;
  api = await startCheckoutPage({ payments: 300, months: 3, now: () => today, intercept });
  bench = await syncBench(api, checkoutPageInstance);
});
afterEach(async () => {
  await api.close();
  await closeBenches();
});

/** Time that runs out while a request is under way: half the reserve before its end. */
const short: BenchChanges = {
  scope: everything,
  leasing: 'shared',
  remainingMs: () => 130,
  settings: { reserveMs: 120, leastReadingMs: 0 },
};

const leaseOwner = async () => {
  const stored = await bench.checkpoints.read({ instance: checkoutPageInstance.name, item: syncItem(everything) });
  return stored?.lease?.owner;
};

test('time that runs out in the middle of a request ends it: what was read is committed, and the lease handed over', async () => {
  answers = 2;
  // A second of real time, in which also a busy machine handles two pages.
  const stopped = await bench.sync({ ...short, remainingMs: () => 1_060 });
  expect(stopped).toMatchObject({ status: 'stopped', pages: 2, loads: 1, error: null });
  expect(stopped.token).toBe(await leaseOwner());
  answers = Number.POSITIVE_INFINITY;
  const continuation = { token: stopped.token as string, number: 1, syncId: stopped.syncId };
  expect(await bench.sync({ scope: everything, leasing: 'shared', continuation })).toMatchObject({
    status: 'done',
    resumed: true,
    pages: 3,
  });
  await bench.equalsApi();
});

test('before a page was read the lease is handed over too, once; a second time in a row it stops and says so', async () => {
  answers = 0;
  const first = await bench.sync(short);
  expect(first).toMatchObject({ status: 'stopped', pages: 0, loads: 0 });
  const continuation = { token: first.token as string, number: 1, syncId: first.syncId };
  const second = await bench.sync({ ...short, continuation });
  expect(second).toMatchObject({ status: 'failed', error: { name: 'TerminalError', lasting: true } });
  expect(second.error?.message).toMatch(/2 invocations in a row ran out of time before a page was read/);
  expect(await leaseOwner()).toBeUndefined();
});

test('the nightly does not go on with a sync that made no progress, and says so as a failure', async () => {
  answers = 0;
  const first = await bench.sync(short);
  await bench.sync({ ...short, continuation: { token: first.token as string, number: 1, syncId: first.syncId } });
  answers = Number.POSITIVE_INFINITY;
  const summaries = await runNightly(bench.options({ leasing: 'shared' }));
  expect(summaries).toMatchObject([
    { mode: 'incremental', status: 'done' },
    { mode: 'backfill', status: 'failed', syncId: first.syncId, error: { lasting: true } },
  ]);
  expect(summaries[1]?.error?.message).toMatch(/sync#backfill made no progress last time: run it by hand to see why/);
});

test('the wait for the budget of the key ends with the time too', async () => {
  const never: RequestBudget = {
    take: (signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  const connect: BenchChanges['connect'] = (signal) =>
    httpClient({
      instance: 'checkout_page',
      source: checkoutPageInstance.source,
      baseUrl: api.baseUrl,
      key: api.key,
      keyName: 'THE_API_KEY',
      budget: never,
      signal,
    });
  expect(await bench.sync({ ...short, connect })).toMatchObject({ status: 'stopped', pages: 0 });
  expect(api.requests).toBe(0);
});
