import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { historyRows } from '../../support/history-rows.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { closeBenches, everything, type SyncBench, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

let api: SampleApi;
afterEach(async () => {
  await api.close();
  await closeBenches();
});

test('what a backfill read first and commits last does not age a payment that a nightly has written meanwhile', async () => {
  const clock = virtualClock(today);
  let meanwhile: (() => Promise<unknown>) | null = null;
  const intercept = async (_: unknown, __: unknown, url: URL) => {
    // The third page is asked for once the first one is in hand.
    if (!meanwhile || url.searchParams.get('starting_after') !== String(api.record(20)?.id)) return false;
    const nightly = meanwhile;
    meanwhile = null;
    await nightly();
    return false;
  };
  api = await startCheckoutPage({ payments: 40, months: 1, until: new Date(today), now: clock.now, intercept });
  const bench: SyncBench = await syncBench(api, withPagesOf(10, checkoutPageInstance), clock);
  await bench.sync({ scope: everything });
  await bench.sync();
  const id = String(api.record(38)?.id);
  const change = (status: string) => {
    clock.at += 60_000;
    api.edit(id, { status, updatedAt: new Date(clock.at).toISOString() });
  };
  change('paid');
  clock.at += 60_000;
  meanwhile = () => {
    change('refunded');
    clock.at += 60_000;
    return bench.sync();
  };
  expect(await bench.sync({ scope: everything })).toMatchObject({ status: 'done', written: 1 });
  expect(meanwhile).toBeNull();
  // Both are history; the view shows the one that was read later.
  expect((await historyRows(bench)).filter(({ payment_id }) => payment_id === id).length).toBeGreaterThan(1);
  await bench.equalsApi();
});
