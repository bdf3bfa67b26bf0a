import { runStackSync } from '../../cli/run-stack-sync.ts';
import { eventOf, parseStackSyncOptions } from '../../cli/stack-sync-options.ts';
import type { SyncOptions } from '../../cli/sync-options.ts';
import { TransientError } from '../../lambdas/errors.ts';
import { parseEvent } from '../../lambdas/handlers/event.ts';
import { checkoutPage } from '../../lambdas/sources/checkout-page.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { restoreAwsEnvironment, setAwsEnvironment } from '../support/aws-environment.ts';
import { type AwsServer, awsServer, Refusal } from '../support/aws-server.ts';
import { collectedIo } from '../support/collected-io.ts';
import {
  closeFunctionBenches,
  type FunctionBench,
  functionBench,
  today,
  type WorldChanges,
} from '../support/function-bench.ts';
import { describeStacks } from '../support/stack-outputs.ts';

let api: SampleApi;
let bench: FunctionBench;
let server: AwsServer;
beforeEach(async () => {
  api = await startCheckoutPage({ payments: 300, months: 1, now: () => today });
  bench = await functionBench(api, { name: 'shop', source: checkoutPage });
  server = await awsServer({
    'CloudFormation.DescribeStacks': describeStacks(),
    'Lambda.Invoke': ({ event }) => void bench.queue.push(event as object),
  });
  setAwsEnvironment({ AWS_ENDPOINT_URL: server.url, AWS_ENDPOINT_URL_DYNAMODB: bench.dynamo.address });
});
afterEach(async () => {
  restoreAwsEnvironment();
  await server.close();
  await api.close();
  await closeFunctionBenches();
});

/**
 * Follows a sync; the function works on one event of its queue whenever the follower sleeps. As in Lambda an event
 * whose invocation throws comes again, three times in all.
 */
async function follow(options: Partial<SyncOptions>, changes: WorldChanges | 'never invoked' = {}, onSleep = () => {}) {
  const { io, out, err, interrupt } = collectedIo();
  const tries = new Map<object, number>();
  const clock = {
    now: bench.clock.now,
    sleep: async (ms: number, signal?: AbortSignal) => {
      await bench.clock.sleep(ms, signal);
      const event = changes === 'never invoked' ? undefined : bench.queue.shift();
      if (event && changes !== 'never invoked') {
        await bench.invoke(event, changes).catch(() => {
          const tried = (tries.get(event) ?? 0) + 1;
          tries.set(event, tried);
          if (tried < 3) bench.queue.push(event);
        });
      }
      onSleep();
    },
  };
  const request = parseStackSyncOptions(['shop'], 'Lake', { lake: './lake', ...options });
  return { io, out, err, interrupt, running: runStackSync(request, io, clock) };
}

test('a sync is followed over all invocations of its function, by its checkpoint, until it is done', async () => {
  const { running, out, err } = await follow({ backfill: true }, { pagesEach: 2 });
  expect(await running).toBe(0);
  expect(out()).toMatch(/^shop: done in [\d.]+ s: 300 payments read, 300 written, 0 unchanged\n$/);
  expect(err()).toContain('shop: its function is invoked; the sync runs in the cloud');
  expect(server.calls.at(-1)).toEqual({
    operation: 'Lambda.Invoke',
    input: { functionName: 'stack-shop-Function', type: 'Event', event: { mode: 'backfill' } },
  });
  await bench.equalsApi();
});

test('progress is told as it stands in the checkpoint, against what the API said it has', async () => {
  const { running, err } = await follow({ backfill: true }, { pagesEach: 1 }, () => {
    // Off a terminal a line is written every 5 seconds.
    bench.clock.at += 5000;
  });
  await running;
  expect(err()).toMatch(/shop [█░]+ 66 % · 200 read, 200 new/);
});

test('--json tells the summary as the laptop does, and logs on stderr', async () => {
  const { running, out, err } = await follow({ json: true });
  expect(await running).toBe(0);
  const { syncs } = JSON.parse(out());
  expect(syncs).toMatchObject([
    { source: 'shop', mode: 'incremental', status: 'done', records: 300, written: 300, resumed: false, error: null },
  ]);
  for (const line of err().trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ level: 'info' });
});

test('one that was unfinished goes on and counts as resumed', async () => {
  await bench.invoke({ mode: 'backfill' }, { pagesEach: 2 });
  bench.queue.splice(0);
  bench.clock.at += 3_600_000;
  const { running, out } = await follow({ backfill: true, json: true });
  expect(await running).toBe(0);
  expect(JSON.parse(out()).syncs).toMatchObject([{ status: 'done', records: 300, resumed: true }]);
});

test('the sync of last night, which is done, is not taken for this one', async () => {
  const [last] = (await bench.invoke({})).syncs ?? [];
  bench.clock.at += 86_400_000;
  const { running, out } = await follow({ json: true });
  expect(await running).toBe(0);
  const [sync] = JSON.parse(out()).syncs;
  expect(sync).toMatchObject({ status: 'done', written: 0, resumed: false });
  expect(sync.syncId > String(last?.syncId)).toBe(true);
});

test('an error that no retry mends ends it at once, in the words of the function, exit 1', async () => {
  bench.key = 'revoked';
  const { running, out, err } = await follow({});
  expect(await running).toBe(1);
  expect(err()).toMatch(/payments-lake: secret the-secret is refused by the API \(401\).*\n$/);
  expect(out()).toMatch(/^shop: failed in/);
});

test('an error before the sync begins is told too, and taken for final when Lambda has tried three times', async () => {
  const apiKey = () => Promise.reject(new TransientError('Secrets Manager throttles'));
  const { running, err, out } = await follow({ json: true }, { apiKey });
  expect(await running).toBe(1);
  expect(err()).toContain('Secrets Manager throttles; Lambda tries again by itself within 2 minutes');
  expect(JSON.parse(out()).syncs).toMatchObject([
    { syncId: '', status: 'failed', error: { message: 'Secrets Manager throttles' } },
  ]);
});

test('a failure that a retry mends is told, and the sync followed to its end', async () => {
  let refusals = 1;
  const apiKey = async () => {
    if (refusals-- > 0) throw new TransientError('Secrets Manager throttles');
    return { key: api.key, keyName: 'secret' };
  };
  const { running, err } = await follow({}, { apiKey });
  expect(await running).toBe(0);
  expect(err()).toContain('Secrets Manager throttles; Lambda tries again');
});

test('no sign of life for 6 minutes ends the following with where to look, exit 1', async () => {
  const begun = bench.clock.at;
  const { running, err } = await follow({}, 'never invoked');
  expect(await running).toBe(1);
  expect(err()).toContain('shop: no sign of life for 6 minutes; its log says more');
  expect(bench.clock.at - begun).toBeLessThan(7 * 60_000);
});

test('Ctrl-C ends the following and says that the sync goes on, exit 130', async () => {
  const { running, err, interrupt } = await follow({ backfill: true }, { pagesEach: 2 }, () => interrupt());
  expect(await running).toBe(130);
  expect(err()).toMatch(
    /no longer followed: shop; the sync goes on in the cloud, payments-lake status --stack Lake shows it\n$/,
  );
  await bench.drain();
  await bench.equalsApi();
});

test('a function that may not be invoked is told in one line', async () => {
  await server.close();
  server = await awsServer({
    'CloudFormation.DescribeStacks': describeStacks(),
    'Lambda.Invoke': () => {
      throw new Refusal('AccessDeniedException', 'not authorized to perform: lambda:InvokeFunction', 403);
    },
  });
  setAwsEnvironment({ AWS_ENDPOINT_URL: server.url, AWS_ENDPOINT_URL_DYNAMODB: bench.dynamo.address });
  const { running } = await follow({});
  await expect(running).rejects.toThrow(
    'the function stack-shop-Function: access denied: not authorized to perform: lambda:InvokeFunction',
  );
});

test.each<[Partial<SyncOptions>]>([
  [{}],
  [{ backfill: true }],
  [{ rewrite: true }],
  [{ from: '2024-01-01', to: '2025-01-01T12:00:00+02:00' }],
  [{ filter: ['pageId=0123456789abcdef01234567'], rewrite: true }],
])('the event made of %p asks the function for the very scope that is followed', (options) => {
  const request = parseStackSyncOptions(['shop'], 'Lake', { lake: './lake', ...options });
  const { scope } = request.choose([{ name: 'shop', source: checkoutPage, functionName: 'f' }]);
  expect(parseEvent(eventOf(scope), checkoutPage)).toEqual({ scope, dryRun: false, continuation: null });
});
