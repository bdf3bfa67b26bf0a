import { httpClient } from '../lambdas/extract/http-client.ts';
import { budgetFor } from '../lambdas/extract/pace.ts';
import { hyparquetEncoder } from '../lambdas/load/parquet-hyparquet.ts';
import { sources } from '../lambdas/sources/index.ts';
import { runNightly } from '../lambdas/sync/run-nightly.ts';
import { defaultSettings } from '../lambdas/sync/settings.ts';
import type { SyncOptions } from '../lambdas/sync/sync-options.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { folderStore } from '../local/folder-store.ts';
import { type OpenLake, openLake } from '../local/lake.ts';
import { startCheckoutPage } from '../local/sample-apis/checkout-page.ts';
import { startCommet } from '../local/sample-apis/commet.ts';
import type { Payment, SampleApi } from '../local/sample-apis/sample-api.ts';
import { reconcileLake } from './reconcile-lake.ts';

/** The APIs that have a sample, under their own names: what the guide's lake holds. */
export const guideInstances: readonly Instance[] = sources
  .filter(({ name }) => name === 'commet' || name === 'checkout_page')
  .map((source) => ({ name: source.name, source }));

/** In each API, the newest of 30 June 2026; few enough to sync in a second or two. */
const sample = { payments: 480, months: 4, seed: 7 };

const nights = [Date.UTC(2026, 6, 1, 3), Date.UTC(2026, 6, 2, 3)] as const;
const afternoon = Date.UTC(2026, 6, 1, 15);

/** Time that passes only by sleeping. */
interface GuideClock {
  at: number;
}

/**
 * The lake that docs/analyst-guide.md is answered from, the same whenever it is made: two nights of both sample APIs,
 * a day's changes between them, one payment deleted at the API after the second, and a counting.
 *
 * @param dir made where it is not there; must be empty
 * @returns the payments as both APIs have them in the end
 */
export async function makeGuideLake(dir: string): Promise<Payment[]> {
  const clock: GuideClock = { at: afternoon };
  const options = { ...sample, now: () => clock.at };
  const [commet, checkoutPage] = [await startCommet(options), await startCheckoutPage(options)];
  const lake = await openLake(dir, 'dictionary', guideInstances, sources);
  try {
    const apis: Readonly<Record<string, SampleApi>> = { commet, checkout_page: checkoutPage };
    const syncs = guideInstances.map((instance) =>
      syncOptions(dir, lake, clock, instance, apis[instance.name] as SampleApi),
    );
    await night(nights[0], clock, syncs);
    clock.at = afternoon;
    passDay(commet, checkoutPage);
    await night(nights[1], clock, syncs);
    deleteOne(checkoutPage);
    for (const each of syncs) await reconcileLake(dir, each, { explain: false, repair: false });
    return [...commet.all(), ...checkoutPage.all()];
  } finally {
    await lake.close();
    await Promise.all([commet.close(), checkoutPage.close()]);
  }
}

async function night(at: number, clock: GuideClock, syncs: readonly SyncOptions[]): Promise<void> {
  clock.at = at;
  for (const options of syncs) {
    const failed = (await runNightly(options)).find(({ status }) => status !== 'done');
    if (failed)
      throw new Error(`the guide's sync of ${failed.instance} ended ${failed.status}: ${failed.error?.message}`);
  }
}

/** Refunds, payments that came through after all, and new ones. */
function passDay(commet: SampleApi, checkoutPage: SampleApi): void {
  for (const olderThanDays of [3, 12, 40]) {
    checkoutPage.changeStatuses(2, { to: 'refunded', olderThanDays });
    checkoutPage.changeStatuses(1, { to: 'partial_refund', olderThanDays });
  }
  checkoutPage.changeStatuses(2, { from: 'unpaid', to: 'paid' });
  commet.changeStatuses(3, { from: 'pending', to: 'succeeded' });
  commet.changeStatuses(1, { from: 'succeeded', to: 'canceled' });
  for (const api of [commet, checkoutPage]) api.addPayments(9);
}

/** The oldest payment that is paid: no question but the last one looks at its month. */
function deleteOne(api: SampleApi): void {
  const payments = [...api.all()].reverse();
  const oldest = payments.find(({ status, livemode }) => status === 'paid' && livemode === true);
  api.remove(String(oldest?.id));
}

function syncOptions(
  dir: string,
  lake: OpenLake,
  clock: GuideClock,
  instance: Instance,
  { baseUrl, key }: SampleApi,
): SyncOptions {
  const { source } = instance;
  const timing = {
    now: () => clock.at,
    sleep: async (ms: number) => {
      clock.at += ms;
    },
  };
  const budget = budgetFor(source, baseUrl, {});
  return {
    instance,
    scope: { mode: 'incremental', from: null, to: null, filters: {}, rewrite: false },
    baseUrl,
    sameAccount: false,
    connect: (signal) =>
      httpClient({ instance: instance.name, source, baseUrl, key, keyName: 'KEY', budget, signal, ...timing }),
    checkpoints: lake.checkpoints,
    store: folderStore(dir),
    encoder: hyparquetEncoder,
    leasing: lake.leasing,
    personalData: lake.personalData,
    settings: defaultSettings,
    clock: timing,
    log: () => {},
  };
}
