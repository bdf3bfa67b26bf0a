import { hyparquetEncoder } from '../lambdas/load/parquet-hyparquet.ts';
import { warehousePrefix } from '../lambdas/warehouse/keys.ts';
import { folderStore } from '../local/folder-store.ts';
import { startCheckoutPage } from '../local/sample-apis/checkout-page.ts';
import { checkoutPageInstance, writeLakeFile } from '../test/support/lake-builder.ts';
import { closeBenches, syncBench } from '../test/support/sync-bench.ts';
import { virtualClock } from '../test/support/virtual-clock.ts';

export const scanInstances = [checkoutPageInstance];

const months = 24;
const until = new Date('2026-06-30T12:00:00Z');
const nights = months * 30.4;
/** Rows of all tables a payment comes to. */
const rowsPerPayment = 10.4;

/** A real sync whose loads hold what one night brings: as many files as 24 months of nightly syncs leave. */
export async function makeFreshLake(dir: string, payments: number): Promise<{ paymentId: string; customerId: string }> {
  const clock = virtualClock(until.getTime() + 24 * 60 * 60 * 1000);
  const api = await startCheckoutPage({ payments, months, until, now: clock.now, compression: false });
  const bench = await syncBench(api, checkoutPageInstance, clock);
  writeLakeFile(dir, scanInstances);
  const loadRows = Math.max(1000, Math.round((payments / nights) * rowsPerPayment));
  await bench.syncUntilDone({ store: folderStore(dir), encoder: hyparquetEncoder, settings: { loadRows } });
  const sought = api.record(Math.floor(payments / 2));
  await api.close();
  await closeBenches();
  return { paymentId: String(sought?.id), customerId: String(sought?.customerId) };
}

export interface LakeSize {
  readonly files: number;
  readonly bytes: number;
}

export async function lakeSize(dir: string): Promise<LakeSize> {
  const files = await folderStore(dir).list(warehousePrefix);
  return { files: files.length, bytes: files.reduce((bytes, { size }) => bytes + size, 0) };
}
