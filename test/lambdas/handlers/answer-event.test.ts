import type { IncomingMessage, ServerResponse } from 'node:http';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { TransientError } from '../../../lambdas/errors.ts';
import { keyFromSecret } from '../../../lambdas/extract/api-key-secret.ts';
import { CheckpointTable } from '../../../lambdas/load/checkpoint-table.ts';
import { metrics } from '../../../lambdas/warehouse/function-settings.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { answeringServer } from '../../support/answering-server.ts';
import { closeFunctionBenches, type FunctionBench, functionBench, today } from '../../support/function-bench.ts';
import { checkoutPageInstance, commetInstance } from '../../support/lake-builder.ts';
import { loadRows } from '../../support/load-rows.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

let intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
let api: SampleApi;
let bench: FunctionBench;
const opened: SampleApi[] = [];
beforeEach(async () => {
  intercept = () => false;
  const clock = virtualClock(today);
  api = await startCheckoutPage({
    payments: 300,
    months: 3,
    now: clock.now,
    intercept: (request, response) => intercept(request, response),
  });
  bench = await functionBench(api, checkoutPageInstance, clock);
});
afterEach(async () => {
  for (const each of [api, ...opened.splice(0)]) await each.close();
  await closeFunctionBenches();
});

test('the nightly reads everything once, then nothing new, and tells what it did', async () => {
  const first = await bench.invoke({});
  expect(first).toMatchObject({ goesOn: false, syncs: [{ source: 'checkout_page', status: 'done', written: 300 }] });
  expect(JSON.parse(JSON.stringify(first))).toEqual(first);
  await bench.equalsApi();
  expect(bench.metrics.get(metrics.syncCompleted)).toBe(1);
  expect(bench.metrics.get(metrics.paymentsWritten)).toBe(300);
  expect(bench.metrics.has(metrics.syncFailed)).toBe(false);
  bench.clock.at += 24 * 3_600_000;
  bench.metrics.clear();
  const { syncs = [] } = await bench.invoke({});
  expect(syncs.map(({ mode, status, written }) => [mode, status, written])).toEqual([
    ['incremental', 'done', 0],
    ...Array(3).fill(['sweep', 'done', 0]),
    ['recheck', 'done', 0],
  ]);
  expect(bench.metrics.get(metrics.syncCompleted)).toBe(1);
  expect(bench.metrics.get(metrics.paymentsWritten)).toBe(0);
  // The watermark is an hour before the sync's start, lest a clock be wrong.
  expect(bench.metrics.get(metrics.lagSeconds)).toBe(3_600);
});

test('a sweep that fails is an error and a metric, and no reason to read the nightly again', async () => {
  await bench.invoke({});
  intercept = (request, response) => {
    if (request.url?.includes('status=')) response.writeHead(503).end();
    return response.writableEnded;
  };
  const answer = await bench.invoke({});
  expect(answer.syncs?.map(({ mode, status }) => [mode, status])).toEqual([
    ['incremental', 'done'],
    ['sweep', 'failed'],
  ]);
  expect(answer.error).toContain('503');
  expect(bench.metrics.get(metrics.syncFailed)).toBe(1);
  expect(bench.metrics.get(metrics.syncCompleted)).toBe(2);
});

test('a look for deleted payments that fails is an error with a row of its own, and no reason to read the list again', async () => {
  const commet = await startCommet({
    payments: 30,
    now: bench.clock.now,
    intercept: (_, response, url) => {
      if (!url.pathname.endsWith('/payments')) response.writeHead(503).end();
      return response.writableEnded;
    },
  });
  opened.push(commet);
  const other = await functionBench(commet, commetInstance, bench.clock);
  await other.invoke({});
  bench.clock.at += 24 * 3_600_000;
  commet.remove(String(commet.record(3)?.id));
  const answer = await other.invoke({ mode: 'backfill' });
  expect(answer.syncs?.map(({ mode, status }) => [mode, status])).toEqual([
    ['backfill', 'done'],
    ['deletion', 'failed'],
  ]);
  expect(answer.error).toContain('503');
  expect(other.metrics.get(metrics.syncFailed)).toBe(1);
  const failed = { mode: 'deletion', sync_id: null, error: answer.error };
  expect((await loadRows(other.world())).filter(({ kind }) => kind === 'failed')).toMatchObject([failed]);
});

test('a backfill does not count as a completed nightly', async () => {
  expect(await bench.invoke({ mode: 'backfill' })).toMatchObject({ syncs: [{ status: 'done', written: 300 }] });
  expect(bench.metrics.has(metrics.syncCompleted)).toBe(false);
});

test("the lookback is the function's, not the source's", async () => {
  const longer = await startCheckoutPage({ payments: 600, months: 6, now: () => today });
  opened.push(longer);
  const other = await functionBench(longer, checkoutPageInstance);
  await other.invoke({});
  const pages = async (lookbackDays: number) =>
    (await other.invoke({}, { settings: { lookbackDays } })).syncs?.[0]?.pages;
  // The page that holds the boundary, and two wholly before it; a page is about a month.
  expect(await pages(1)).toBe(3);
  expect(await pages(45)).toBeGreaterThan(3);
});

test('a wrong event is answered, not thrown, and nothing is begun', async () => {
  const answer = await bench.invoke({ mode: 'full' });
  expect(answer).toEqual({ error: expect.stringContaining('mode must be "incremental" or "backfill", got "full"') });
  expect(bench.metrics.get(metrics.syncFailed)).toBe(1);
  expect(await bench.dynamo.table.readAll()).toEqual([]);
});

test('a secret that is still empty is named, with how to fill it', async () => {
  const manager = await answeringServer({ status: 400, body: { __type: 'ResourceNotFoundException' } });
  const client = new SecretsManagerClient({
    endpoint: manager.baseUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const answer = await bench.invoke({}, { apiKey: () => keyFromSecret(client, 'the-secret') });
  expect(answer.error).toMatch(
    /the-secret holds no API key: put the bare key with 'aws secretsmanager put-secret-value/,
  );
  expect(bench.metrics.get(metrics.syncFailed)).toBe(1);
  const failed = { kind: 'failed', mode: 'incremental', sync_id: null, requests: 0, error: answer.error };
  expect(await loadRows(bench.world())).toMatchObject([failed]);
  client.destroy();
  await manager.close();
});

test('a key revoked in the night stops the sync; with the new key the next one goes on from the checkpoint', async () => {
  await bench.invoke({ mode: 'backfill' }, { pagesEach: 1 });
  const [next] = bench.queue.splice(0);
  const good = bench.key;
  bench.key = 'revoked';
  const refused = await bench.invoke(next);
  expect(refused).toMatchObject({ goesOn: false, syncs: [{ status: 'failed', pages: 1 }] });
  expect(refused.error).toMatch(/secret the-secret is refused by the API \(401\)/);
  expect(bench.metrics.get(metrics.syncFailed)).toBe(1);
  bench.key = good;
  expect(await bench.invoke({})).toMatchObject({
    syncs: [
      { mode: 'incremental', status: 'done' },
      { mode: 'backfill', status: 'done', resumed: true, pages: 3 },
    ],
  });
});

test('an API that is down makes the invocation fail; its retry goes on from what was committed', async () => {
  let requests = 0;
  intercept = (_, response) => {
    requests += 1;
    if (requests < 3) return false;
    response.writeHead(503).end();
    return true;
  };
  await expect(bench.invoke({})).rejects.toThrow(TransientError);
  expect(bench.metrics.get(metrics.syncFailed)).toBe(1);
  intercept = () => false;
  expect(await bench.invoke({})).toMatchObject({ syncs: [{ status: 'done', resumed: true, pages: 3, written: 300 }] });
  await bench.equalsApi();
});

test('what DynamoDB refuses for good is answered with what to do, and alarms', async () => {
  const answer = await bench.invoke({}, { checkpoints: new CheckpointTable(bench.dynamo.client, 'not_there') });
  expect(answer.error).toMatch(
    /checkpoint table not_there refused: ResourceNotFoundException.*mend the permission or the name/,
  );
  expect(bench.metrics.get(metrics.syncFailed)).toBe(1);
});

test('of requests that were sent again only those count as throttled that the API asked to send later', async () => {
  let requests = 0;
  intercept = (_, response) => {
    requests += 1;
    if (requests > 2) return false;
    response.writeHead(requests === 1 ? 429 : 502, requests === 1 ? { 'retry-after': '1' } : {}).end();
    return true;
  };
  expect(await bench.invoke({})).toMatchObject({ syncs: [{ status: 'done', retries: 2, throttled: 1 }] });
});

test('no key, no payload and no value of a filter is logged', async () => {
  const pageId = api.record(0)?.pageId as string;
  await bench.invoke({ mode: 'backfill', filter: { pageId } });
  bench.key = 'wrong-key';
  await bench.invoke({ mode: 'backfill', filter: { pageId } });
  const logged = bench.logs.join('\n');
  expect(logged).toMatch(/sync begins/);
  for (const secret of [api.key, 'wrong-key', pageId, api.record(0)?.customerEmail as string]) {
    expect(logged).not.toContain(secret);
  }
});

describe('a dry run', () => {
  test('reads one page, tells what the sync would take, and writes nothing', async () => {
    const settings = { requestsPerMinute: 100 };
    expect(await bench.invoke({ mode: 'backfill', dryRun: true }, { settings })).toEqual({
      dryRun: {
        instance: 'checkout_page',
        mode: 'backfill',
        total: 300,
        pages: 3,
        minutes: 0,
        dollars: expect.any(Number),
        atMost: false,
        lateRequests: 0,
      },
    });
    expect(api.requests).toBe(1);
    expect(await bench.dynamo.table.readAll()).toEqual([]);
    expect(await bench.world().store.list('')).toEqual([]);
    expect([...bench.metrics]).toEqual([]);
  });

  test('of an API that tells no total says null', async () => {
    const commet = await startCommet({ payments: 300, now: () => today });
    opened.push(commet);
    const other = await functionBench(commet, commetInstance);
    expect(await other.invoke({ dryRun: true })).toEqual({
      dryRun: {
        instance: 'commet',
        mode: 'incremental',
        total: null,
        pages: null,
        minutes: null,
        dollars: null,
        atMost: false,
        lateRequests: 0,
      },
    });
  });

  test('with a wrong key says so, without an alarm', async () => {
    bench.key = 'wrong-key';
    const answer = await bench.invoke({ dryRun: true });
    expect(answer.error).toMatch(/refused by the API \(401\)/);
    expect([...bench.metrics]).toEqual([]);
  });
});
