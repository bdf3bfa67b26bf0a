import * as fc from 'fast-check';
import type { ObjectStore } from '../../lambdas/load/object-store.ts';
import type { ParquetEncoder } from '../../lambdas/load/parquet.ts';
import { hyparquetEncoder } from '../../lambdas/load/parquet-hyparquet.ts';
import { parquetjsEncoder } from '../../lambdas/load/parquet-parquetjs.ts';
import { defaultSettings } from '../../lambdas/sync/settings.ts';
import type { Instance } from '../../lambdas/warehouse/instance.ts';
import { monthOf } from '../../lambdas/warehouse/keys.ts';
import { folderStore } from '../../local/folder-store.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { hostileRecord } from '../support/hostile-record.ts';
import { checkoutPageInstance, commetInstance, tableOf, writeFile, writeLakeFile } from '../support/lake-builder.ts';
import { nightly, syncBench, withPagesOf } from '../support/sync-bench.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

const newest = new Date('2026-06-30T12:00:00Z');
const day = 24 * 60 * 60 * 1000;

/** What names the account, the payment, and its place in the list: as the API would never change them. */
const fixed = ['id', 'createdAt', 'sellerId', 'livemode'];

/**
 * Real syncs of both sample APIs into one lake: half a year, values that broke somebody's pipeline, nights of updates,
 * payments at the edge of a month, and both encoders' files side by side.
 */
export async function makeHostileLake(dir: string): Promise<void> {
  const clock = virtualClock(newest.getTime() + day);
  const sample = { payments: 240, months: 6, until: newest, now: clock.now };
  const pairs = [
    { api: await startCheckoutPage(sample), instance: withPagesOf(25, checkoutPageInstance) },
    { api: await startCommet(sample), instance: withPagesOf(25, commetInstance) },
  ];
  const store = folderStore(dir);
  writeLakeFile(dir);
  try {
    for (const [number, pair] of pairs.entries()) await syncForNights(pair, number, { store, clock });
  } finally {
    await Promise.all(pairs.map(({ api }) => api.close()));
  }
  await writeAllNull(dir);
}

async function syncForNights(
  { api, instance }: { readonly api: SampleApi; readonly instance: Instance },
  number: number,
  { store, clock }: { readonly store: ObjectStore; readonly clock: VirtualClock },
): Promise<void> {
  const bench = await syncBench(api, instance, clock);
  const sync = async (encoder: ParquetEncoder) => {
    const settings = { ...defaultSettings, loadRows: 600 };
    const { status, error } = await bench.sync({ store, encoder, settings, scope: nightly });
    if (status !== 'done') throw new Error(`the lake for these tests was not made: ${status} ${JSON.stringify(error)}`);
  };
  moveToEdgesOfMonths(api);
  editHostile(api, instance, { seed: 7 + number, every: 6, from: 0 });
  await sync(hyparquetEncoder);
  for (let night = 1; night <= 4; night++) {
    clock.at += day;
    api.addPayments(5);
    api.changeStatuses(6, { withinDays: 40 });
    editHostile(api, instance, { seed: 100 * night + number, every: 25, from: api.total - 60 });
    await sync(night % 2 ? parquetjsEncoder : hyparquetEncoder);
  }
  // In the same millisecond: two payments, then one of them once more in a load of its own.
  const [one, other] = [api.record(api.total - 2)?.id, api.record(api.total - 3)?.id] as [string, string];
  const updatedAt = new Date(clock.at).toISOString();
  for (const id of [one, other]) api.edit(id, { currency: 'KWD', updatedAt });
  await sync(parquetjsEncoder);
  api.edit(one, { currency: 'JPY', updatedAt });
  await sync(hyparquetEncoder);
}

/** The last payment of each month is created half an hour before its end, the first of the next one at its start. */
function moveToEdgesOfMonths(api: SampleApi): void {
  for (let index = 1; index < api.total; index++) {
    const [before, after] = [api.record(index - 1), api.record(index)];
    const [last, first] = [before, after].map((payment) => Date.parse(String(payment?.createdAt)));
    if (!before || !after || monthOf(last as number) === monthOf(first as number)) continue;
    const edge = Date.parse(`${monthOf(first as number)}-01T00:00:00Z`);
    api.edit(before.id as string, { createdAt: new Date(edge - 30 * 60_000).toISOString() });
    api.edit(after.id as string, { createdAt: new Date(edge).toISOString() });
  }
}

function editHostile(
  api: SampleApi,
  { source }: Instance,
  { seed, every, from }: { readonly seed: number; readonly every: number; readonly from: number },
): void {
  const count = Math.ceil((api.total - from) / every);
  for (const [number, patch] of fc.sample(hostileRecord(source), { numRuns: count, seed }).entries()) {
    const id = api.record(from + number * every)?.id;
    if (id === undefined) continue;
    const changed = Object.entries(patch).filter(([name]) => !fixed.includes(name));
    api.edit(id as string, Object.fromEntries(changed));
  }
}

/** A payment and children of which nothing is known but the ids, in files that lack most of the columns. */
async function writeAllNull(dir: string): Promise<void> {
  const loadId = '01900000-0000-7000-8000-000000000000-000001-000001-001';
  for (const instance of [commetInstance, checkoutPageInstance]) {
    for (const { name } of instance.source.tables) {
      const { columns } = tableOf(instance, name);
      const kept = ['payment_id', 'position', 'key', '_load_id', '_hash', '_version_at'];
      const without = columns.map((column) => column.name).filter((column) => !kept.includes(column));
      const nothing = { payment_id: 'nothing known', created_at: null, payment_created_at: null };
      await writeFile(dir, instance, name, loadId, [nothing], without);
    }
  }
}
