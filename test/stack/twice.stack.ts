import { startCommet } from '../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { historyRows } from '../support/history-rows.ts';
import { instances } from './configuration.ts';
import {
  deployed,
  description,
  expectWarehouseEquals,
  invoke,
  invokeAsync,
  putKey,
  store,
  syncState,
  untilDone,
} from './stack.ts';
import { until } from './step.ts';

const name = instances.twice;
const payments = 1_000;

let api: SampleApi;
beforeAll(async () => {
  api = await startCommet({ payments, port: description.ports[name], latencyMs: 150 });
  await putKey(name, api.key);
});
afterAll(() => api.close());

/** Ids of all versions there are, copies too. */
const versions = async () => {
  const rows = await historyRows({ store, instance: deployed(name).instanceOf });
  return rows.map(({ payment_id: id }) => String(id));
};

test('two invocations with one event at once: one waits for the other or is refused, and no payment is written twice', async () => {
  const event = { mode: 'backfill' };
  const told = await Promise.allSettled([invoke(name, event), invoke(name, event)]);
  const refusals = told.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
  expect(refusals.filter((refusal) => !refusal.includes('another'))).toEqual([]);
  expect(refusals.length).toBeLessThan(2);
  await untilDone(name, 'sync#backfill', 90);
  const written = await versions();
  expect({ versions: written.length, payments: new Set(written).size }).toEqual({ versions: payments, payments });
  await expectWarehouseEquals(name, api);
});

test('a nightly and a backfill at once: both end by themselves, what changed is there, no payment is lost or shown twice', async () => {
  api.changeStatuses(50);
  const before = await syncState(name, 'sync#backfill');
  await Promise.all([invokeAsync(name, { mode: 'incremental' }), invokeAsync(name, { mode: 'backfill' })]);
  await untilDone(name, 'sync#incremental', 90);
  await until('the second backfill', 90, async () => {
    const state = await syncState(name, 'sync#backfill');
    return state?.phase === 'done' && state.finishedAt !== null && state.syncId !== before?.syncId;
  });
  await expectWarehouseEquals(name, api);
  const written = await versions();
  expect(new Set(written).size).toBe(payments);
  // Each may have written what changed; neither wrote anything else.
  expect(written.length).toBeGreaterThanOrEqual(payments + 50);
  expect(written.length).toBeLessThanOrEqual(payments + 100);
});
