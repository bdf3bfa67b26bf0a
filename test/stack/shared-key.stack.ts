import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { instances, sharedRequestsPerMinute } from './configuration.ts';
import { clients, deployed, description, expectWarehouseEquals, invokeAsync, putKey, untilDone } from './stack.ts';
import { until } from './step.ts';

const name = instances.shared;
/** 33 pages for each of the two: within a minute the key allows 60, so both at their own pace would meet a 429. */
const payments = 3_300;

let api: SampleApi;
beforeAll(async () => {
  api = await startCheckoutPage({
    payments,
    port: description.ports[name],
    rateLimit: { requestsPerMinute: sharedRequestsPerMinute, window: 'sliding' },
  });
  await putKey(name, api.key);
  // The backfill lets the nightly go first for longer than the short time the other functions have.
  const { functionName } = deployed(name);
  await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: functionName, Timeout: 180 }));
});
afterAll(() => api.close());

test('a backfill and the nightly at once on one key: the nightly goes first, no 429, every payment once', async () => {
  await invokeAsync(name, { mode: 'backfill' });
  await until('the backfill to read', 30, async () => api.requests >= 3);
  await invokeAsync(name, { mode: 'incremental' });

  const nightly = await untilDone(name, 'sync#incremental', 150);
  const backfill = await untilDone(name, 'sync#backfill', 150);
  expect(nightly.startedAt).toBeLessThan(backfill.finishedAt ?? 0);
  expect(nightly.finishedAt).toBeLessThan(backfill.finishedAt ?? 0);
  expect([nightly.counts.records, backfill.counts.records]).toEqual([payments, payments]);
  expect(api.requests).toBeGreaterThan(sharedRequestsPerMinute);
  expect({ refused: api.refused, retries: nightly.counts.retries + backfill.counts.retries }).toEqual({
    refused: 0,
    retries: 0,
  });
  await expectWarehouseEquals(name, api);
});
