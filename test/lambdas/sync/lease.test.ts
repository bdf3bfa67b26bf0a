import { setImmediate } from 'node:timers/promises';
import { TransientError } from '../../../lambdas/errors.ts';
import type { ObjectStore } from '../../../lambdas/load/object-store.ts';
import { syncItem } from '../../../lambdas/sync/sync-names.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { historyRows } from '../../support/history-rows.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { loadRows } from '../../support/load-rows.ts';
import {
  closeBenches,
  nightly,
  type SyncBench,
  syncBench,
  today,
  withPagesOf,
  withTables,
} from '../../support/sync-bench.ts';
import { failure } from '../../support/test-client.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const key = { instance: 'checkout_page', item: syncItem(nightly) };
const shared = { leasing: 'shared' } as const;
let api: SampleApi;
let bench: SyncBench;
beforeEach(async () => {
  const clock = virtualClock(today);
  api = await startCheckoutPage({ payments: 60, months: 1, now: clock.now });
  bench = await syncBench(api, withPagesOf(10, withTables(2, checkoutPageInstance)), clock);
});
afterEach(async () => {
  await api.close();
  await closeBenches();
});

/** A process that took the lease and died. */
async function deadOwner(until: number): Promise<void> {
  await bench.sync({ remainingMs: () => 0 });
  const owners = [(await bench.checkpoints.read(key))?.lease?.owner ?? ''];
  await bench.checkpoints.takeLease(key, { owner: 'dead', until }, today, owners);
}

test('where others share the checkpoints, a live lease is waited for, then it is a TransientError', async () => {
  await deadOwner(today + 600_000);
  const error = await failure(bench.sync(shared));
  expect(error).toBeInstanceOf(TransientError);
  expect(error.message).toBe(
    'checkout_page: another sync is at work (sync#incremental), and was still after 90 s; it goes on by itself',
  );
  expect(bench.clock.at).toBe(today + 90_000);
});

test('a dead owner’s lease runs out, and the sync goes on with its work', async () => {
  await deadOwner(today + 60_000);
  const summary = await bench.sync(shared);
  expect(summary).toMatchObject({ status: 'done', written: 60, resumed: true });
  expect(bench.clock.at).toBeGreaterThan(today + 60_000);
  expect(bench.clock.at).toBeLessThan(today + 62_000);
  await bench.equalsApi();
});

test('whoever has the lake to itself waits for no lease', async () => {
  await deadOwner(today + 600_000);
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 60 });
  expect(bench.clock.slept).toEqual([]);
});

test('a lease is given up with the last move, and when a sync fails', async () => {
  await bench.sync(shared);
  expect((await bench.checkpoints.read(key))?.lease).toBeNull();
  const store: ObjectStore = { ...bench.store, putNew: () => Promise.reject(new TransientError('no')) };
  expect(await bench.sync({ ...shared, store, scope: { mode: 'backfill', rewrite: true } })).toMatchObject({
    status: 'failed',
  });
  const item = syncItem({ ...nightly, mode: 'backfill', rewrite: true });
  expect((await bench.checkpoints.read({ ...key, item }))?.lease).toBeNull();
});

/** A sync that is frozen before its first file is put, for longer than its lease; awake, it puts them all. */
function frozenWhile(action: () => Promise<void>) {
  let isFresh = true;
  const store: ObjectStore = {
    ...bench.store,
    putNew: async (name, bytes) => {
      if (isFresh) {
        isFresh = false;
        bench.clock.at += 120_000;
        await action();
      }
      await bench.store.putNew(name, bytes);
    },
  };
  return bench.sync({ ...shared, store });
}

test('an owner frozen longer than its lease is refused its move, and nothing is doubled', async () => {
  const frozen = await frozenWhile(async () => {
    expect(await bench.sync(shared)).toMatchObject({ status: 'done', written: 60 });
  });
  expect(frozen).toMatchObject({ status: 'taken over', error: { name: 'TakenOver' } });
  expect(await bench.state()).toMatchObject({ phase: 'done', counts: { written: 60 } });
  await bench.equalsApi();
  expect(await historyRows(bench)).toHaveLength(120);
  expect(await loadRows(bench)).toHaveLength(1);
  expect(await bench.sync(shared)).toMatchObject({ status: 'done', written: 0 });
});

test('a frozen owner’s late file, with what was true before, does not win', async () => {
  const frozen = await frozenWhile(async () => {
    // Nothing but the time of the answer tells which version is the later.
    api.changeStatuses(2, { moveUpdatedAt: false });
    expect(await bench.sync(shared)).toMatchObject({ status: 'done', written: 60 });
  });
  expect(frozen.status).toBe('taken over');
  await bench.equalsApi();
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 0 });
});

test('of two syncs begun at once one does the work, the other finds it done', async () => {
  // Time stands still, so that no lease runs out while the other waits.
  const clock = { now: bench.clock.now, sleep: async () => void (await setImmediate()) };
  const both = await Promise.all([bench.sync({ ...shared, clock }), bench.sync({ ...shared, clock })]);
  expect(both.map(({ status }) => status)).toEqual(['done', 'done']);
  expect(both.map(({ written }) => written).sort()).toEqual([0, 60]);
  expect(await historyRows(bench)).toHaveLength(60);
});
