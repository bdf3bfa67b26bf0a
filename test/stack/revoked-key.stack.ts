import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { instances } from './configuration.ts';
import { checkpoints, description, expectWarehouseEquals, invoke, invokeAsync, putKey, syncState } from './stack.ts';
import { until } from './step.ts';

const name = instances.revoked;
const item = 'sync#incremental';
const payments = 3_000;
const sellerId = '65f0c0ffee65f0c0ffee65f0';
const keys = ['sk_the_first_key', 'sk_the_second_key'] as const;

let api: SampleApi;
let isRevoked = false;
/** Requests with the revoked key. */
let refused = 0;
/** Where in the list each request asked to go on: null is its start. */
const cursors: (string | null)[] = [];

beforeAll(async () => {
  api = await startCheckoutPage({
    payments,
    port: description.ports[name],
    keys: keys.map((key) => ({ key, sellerId })),
    latencyMs: 400,
    intercept: (request, response, url) => {
      cursors.push(url.searchParams.get('starting_after'));
      // In the second invocation, when the first one's load is committed.
      if (cursors.length > 20 && !refused) isRevoked = true;
      if (!isRevoked || !request.headers.authorization?.includes(keys[0])) return false;
      refused += 1;
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"Invalid API key"}}');
      return true;
    },
  });
  await putKey(name, keys[0]);
});
afterAll(() => api.close());

test('a key revoked in the night stops the sync: recorded, not tried again, its checkpoint kept', async () => {
  await invokeAsync(name, { mode: 'incremental' });
  const failure = await until('the failure to be recorded', 60, () =>
    checkpoints.read<{ message: string }>({ instance: name, item: 'failure#incremental' }),
  );
  expect(failure.state.message).toMatch(/401/);
  expect(JSON.stringify(failure)).not.toContain(keys[0]);
  const stored = await checkpoints.read({ instance: name, item });
  expect(stored).toMatchObject({ lease: null, state: { phase: 'running', place: { cursor: expect.any(String) } } });
});

test('with the new key the next sync goes on where it stopped', async () => {
  expect(refused).toBe(1);
  const before = await syncState(name, item);
  const asked = cursors.length;
  await putKey(name, keys[1]);

  const { syncs, error } = await invoke(name, { mode: 'incremental' });
  expect(error).toBeUndefined();
  expect(syncs?.[0]).toMatchObject({ syncId: before?.syncId, resumed: true });
  expect(cursors[asked]).toBe(before?.place.cursor);
  const state = await until('the sync to be done', 60, async () => {
    const now = await syncState(name, item);
    return now?.phase === 'done' && now;
  });
  expect(state).toMatchObject({ syncId: before?.syncId, counts: { records: payments, written: payments } });
  await expectWarehouseEquals(name, api);
});
