import { estimateSync } from '../../../lambdas/sync/estimate.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { closeBenches, everything, syncBench, today } from '../../support/sync-bench.ts';

afterAll(closeBenches);

async function estimated(payments: number, scope = {}) {
  const api = await startCheckoutPage({ payments, now: () => today });
  const bench = await syncBench(api, checkoutPageInstance);
  const options = bench.options({ scope: { ...everything, ...scope }, remainingMs: () => 900_000 });
  const estimate = await estimateSync(options, { requestsPerMinute: 100, memoryMb: 1024 });
  await api.close();
  expect(api.requests).toBe(1);
  expect(await bench.checkpoints.readAll()).toEqual([]);
  return estimate;
}

test('a million payments at 100 requests a minute take 10,000 pages, 102 minutes and some cents', async () => {
  const { dollars, ...rest } = await estimated(1_000_000);
  expect(rest).toEqual({
    instance: 'checkout_page',
    mode: 'backfill',
    total: 1_000_000,
    pages: 10_000,
    minutes: 101.7,
    atMost: false,
    lateRequests: 0,
  });
  // 6,100 s of 1 GB at $0.0000133 are $0.081; some 3,000 files and 2,000 other requests at $0.000005 about $0.025;
  // 10,000 slots and some 2,000 other writes at $0.000000625 are $0.0075.
  expect(dollars).toBeGreaterThan(0.1);
  expect(dollars).toBeLessThan(0.14);
});

test('a range is read from the newest payment down, so the whole list is the most it takes', async () => {
  expect(await estimated(1_000, { from: Date.UTC(2026, 0) })).toMatchObject({ total: 1_000, pages: 10, atMost: true });
});

test('an empty list takes one page', async () => {
  expect(await estimated(0)).toMatchObject({ total: 0, pages: 1, minutes: 0 });
});
