import { runDeletion } from '../../lambdas/sync/run-deletion.ts';
import type { SyncSummary } from '../../lambdas/sync/summary.ts';
import type { Instance } from '../../lambdas/warehouse/instance.ts';
import { type CheckoutPageOptions, startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import type { SampleApi, SampleOptions } from '../../local/sample-apis/sample-api.ts';
import { type HistoryRow, historyRows } from './history-rows.ts';
import { checkoutPageInstance, commetInstance } from './lake-builder.ts';
import {
  type BenchChanges,
  closeBenches,
  everything,
  type SyncBench,
  syncBench,
  today,
  withPagesOf,
  withTables,
} from './sync-bench.ts';
import { virtualClock } from './virtual-clock.ts';

export const dayMs = 86_400_000;

const opened: SampleApi[] = [];

/** An API with payments of two months, and an empty lake for it. */
async function benchOf(
  instance: Instance,
  start: (always: Pick<SampleOptions, 'months' | 'now'>) => Promise<SampleApi>,
) {
  const clock = virtualClock(today);
  const api = await start({ months: 2, now: clock.now });
  opened.push(api);
  return { api, clock, bench: await syncBench(api, withPagesOf(20, withTables(3, instance)), clock) };
}

export const checkoutPage = (payments = 24, options: Partial<CheckoutPageOptions> = {}) =>
  benchOf(checkoutPageInstance, (always) => startCheckoutPage({ payments, ...always, ...options }));

export const commet = (payments = 24, options: Pick<SampleOptions, 'intercept'> = {}) =>
  benchOf(commetInstance, (always) => startCommet({ payments, ...always, ...options }));

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
}

/** A full reading on the next day, and the look for deleted payments after it. */
export async function nextDay(
  bench: SyncBench,
  changes: BenchChanges = {},
): Promise<{ sync: SyncSummary; marks: SyncSummary | null }> {
  bench.clock.at += dayMs;
  const sync = await bench.sync({ ...changes, scope: everything });
  expect(sync).toMatchObject({ status: 'done', fullReading: true });
  return { sync, marks: await runDeletion(bench.options(changes)) };
}

/** Takes payments out of the list, by number, 0 the oldest. @returns them as they were */
export const removed = (api: SampleApi, indices: readonly number[]): { id: string }[] => {
  const payments = indices.map((index) => api.record(index) as { id: string });
  for (const { id } of payments) api.remove(id);
  return payments;
};

/** Newest versions that are marked deleted, by id. */
export async function marked(bench: SyncBench): Promise<Map<string, HistoryRow>> {
  const newest = new Map<string, HistoryRow>();
  for (const row of await historyRows(bench)) {
    const before = newest.get(String(row.payment_id));
    if (!before || Number(row._version_at) >= Number(before._version_at)) newest.set(String(row.payment_id), row);
  }
  return new Map([...newest].filter(([, row]) => row._deleted_at !== null));
}
