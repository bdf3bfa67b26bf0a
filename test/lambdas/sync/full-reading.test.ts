import { estimateSync } from '../../../lambdas/sync/estimate.ts';
import { instanceStatus } from '../../../lambdas/sync/status.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { closeBenches, everything, syncBench, today, withPagesOf, withTables } from '../../support/sync-bench.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const day = 86_400_000;
const instance = withPagesOf(4, withTables(3, checkoutPageInstance));
const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

async function loaded() {
  const clock = virtualClock(today);
  const api = await startCheckoutPage({ payments: 60, months: 24, now: clock.now });
  opened.push(api);
  const bench = await syncBench(api, instance, clock);
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 60, fullReading: true });
  return { api, bench, clock };
}

test('a nightly reads the whole list again thirty days after the last full reading was begun', async () => {
  const { api, bench, clock } = await loaded();
  api.edit(api.record(3)?.id as string, { locale: 'eo' });
  clock.at += 29 * day;
  expect(await bench.sync()).toMatchObject({ written: 0, fullReading: false });
  clock.at += day;
  expect(await bench.sync()).toMatchObject({ written: 1, fullReading: true });
  await bench.equalsApi();
  clock.at += day;
  expect(await bench.sync()).toMatchObject({ fullReading: false });
});

test('after how many days is configured', async () => {
  const { bench, clock } = await loaded();
  clock.at += 2 * day;
  expect(await bench.sync({ fullReadingDays: 3 })).toMatchObject({ fullReading: false });
  expect(await bench.sync({ fullReadingDays: 2 })).toMatchObject({ fullReading: true });
});

test('a backfill of everything is a full reading too', async () => {
  const { bench, clock } = await loaded();
  clock.at += 29 * day;
  expect(await bench.sync({ scope: everything })).toMatchObject({ status: 'done', fullReading: true });
  clock.at += 2 * day;
  expect(await bench.sync()).toMatchObject({ fullReading: false });
});

test('status and estimate know whether the next nightly is one', async () => {
  const { bench, clock } = await loaded();
  const estimated = async () => {
    const { atMost, lateRequests } = await estimateSync(bench.options(), { requestsPerMinute: null, memoryMb: 1769 });
    return { atMost, lateRequests };
  };
  clock.at += 29 * day;
  expect(await estimated()).toEqual({ atMost: true, lateRequests: 900 });
  clock.at += day;
  expect(await estimated()).toEqual({ atMost: false, lateRequests: 0 });
  const status = instanceStatus('checkout_page', instance.source, await bench.checkpoints.readAll());
  expect(status).toMatchObject({ lastFullReading: new Date(today).toISOString(), observedOrder: null, sweeps: [] });
});
