import { runNightly } from '../../lambdas/sync/run-nightly.ts';
import type { Instance } from '../../lambdas/warehouse/instance.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import type { SampleApi, SampleOptions } from '../../local/sample-apis/sample-api.ts';
import { checkoutPageInstance } from './lake-builder.ts';
import {
  type BenchChanges,
  closeBenches,
  type SyncBench,
  syncBench,
  today,
  withPagesOf,
  withTables,
} from './sync-bench.ts';
import { virtualClock } from './virtual-clock.ts';

export const day = 86_400_000;
const opened: SampleApi[] = [];

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
}

/** Of one table, the rest in _extra: a load is a file a month. */
export const checkoutPage = withTables(1, checkoutPageInstance);

/** Payments of five months, by default, all loaded by a full reading; the next nightly is a day later. */
export async function loaded(full: Instance = checkoutPage, payments = 60, more: Partial<SampleOptions> = {}) {
  const clock = virtualClock(today);
  const start = full.source.name === 'commet' ? startCommet : startCheckoutPage;
  const api = await start({ payments, months: 5, until: new Date(today), now: clock.now, compression: false, ...more });
  opened.push(api);
  const bench = await syncBench(api, withPagesOf(10, full), clock);
  expect(await nightlyOf(bench)).toEqual([{ mode: 'incremental', status: 'done', written: payments }]);
  clock.at += day;
  return { api, bench, clock };
}

/** A nightly and what follows it, in short. */
export const nightlyOf = async (bench: SyncBench, changes?: BenchChanges) =>
  (await runNightly(bench.options(changes))).map(({ mode, status, written }) => ({ mode, status, written }));

/** The oldest payments in one of these statuses. */
export const oldest = (api: SampleApi, statuses: readonly string[]): string[] =>
  [...api.all()].reverse().flatMap(({ id, status }) => (statuses.includes(String(status)) ? [String(id)] : []));
