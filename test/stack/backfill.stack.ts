import type { SyncState } from '../../lambdas/sync/sync-state.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { instances } from './configuration.ts';
import {
  checkpoints,
  description,
  expectWarehouseEquals,
  invoke,
  putKey,
  store,
  syncState,
  untilDone,
} from './stack.ts';

const name = instances.backfilled;
const item = 'sync#backfill';
const payments = 5_000;

let api: SampleApi;
beforeAll(async () => {
  // 50 pages of 100, at least 0.3 s each; one invocation reads for 6 s.
  api = await startCheckoutPage({ payments, port: description.ports[name], latencyMs: 300 });
  await putKey(name, api.key);
});
afterAll(() => api.close());

test('a backfill of 5,000 payments goes on by itself over at least three invocations, and all are there once', async () => {
  const answer = await invoke(name, { mode: 'backfill' });
  expect(answer).toMatchObject({ goesOn: true, continuation: 1, syncs: [{ status: 'stopped', mode: 'backfill' }] });
  expect(answer.error).toBeUndefined();

  const state = await untilDone(name, item, 180);
  expect(state.syncId).toBe(answer.syncs?.[0]?.syncId);
  expect(state.counts).toMatchObject({ records: payments, written: payments, unchanged: 0 });
  expect(state.total).toMatchObject({ api: payments, seen: payments, verdict: 'right' });
  await expectWarehouseEquals(name, api);
});

test('each invocation of the chain committed under an attempt of its own', async () => {
  const keys = (await store.list(`warehouse/${name}_payments/`)).map(({ key }) => key);
  const attempts = new Set(
    keys.map((key) =>
      key
        .replace(/\.parquet$/, '')
        .split('-')
        .at(-2),
    ),
  );
  expect(attempts.size).toBeGreaterThanOrEqual(3);
});

test('each load has its row in loads', async () => {
  const { syncId, counts } = (await syncState(name, item)) as SyncState;
  const keys = (await store.list('warehouse/loads/')).map(({ key }) => key);
  const numbers = keys.filter((key) => key.includes(syncId)).map((key) => Number(key.split('-').at(-3)));
  expect(new Set(numbers)).toEqual(new Set(Array.from({ length: counts.loads }, (_, index) => index + 1)));
});

test('the checkpoint holds the sync as designed: done, nobody has its lease, no watermark moved', async () => {
  const [stored, about] = [
    await checkpoints.read<Record<string, unknown>>({ instance: name, item }),
    await checkpoints.read({ instance: name, item: 'instance' }),
  ];
  expect(stored).toMatchObject({ instance: name, item, lease: null });
  expect(stored?.version).toBeGreaterThan(3);
  expect(stored?.state).toMatchObject({
    mode: 'backfill',
    phase: 'done',
    boundary: null,
    watermark: null,
    filterNames: [],
    place: { atEnd: true },
  });
  expect(about?.state).toMatchObject({
    source: 'checkout_page',
    baseUrl: api.baseUrl,
    account: expect.stringMatching(/^[0-9a-f]{24}$/),
    total: { api: payments, seen: payments },
  });
  const items = (await checkpoints.readAll(name)).map((each) => each.item).sort();
  expect(items).toEqual(['instance', item]);
});

test('the same backfill again writes nothing that is there already', async () => {
  const { syncs } = await invoke(name, { mode: 'backfill', from: '2026-06-01' });
  expect(syncs).toMatchObject([{ status: 'done', written: 0, fullReading: false }]);
});
