import { reconcileLake } from '../../cli/reconcile-lake.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { doctored } from '../support/doctored-answers.ts';
import { checkoutPageInstance } from '../support/lake-builder.ts';
import { closeBenches, type SyncBench, syncBench, withPagesOf, withTables } from '../support/sync-bench.ts';

let api: SampleApi | null = null;
afterEach(async () => {
  await api?.close();
  await closeBenches();
});

/** The list's first two payments have changed places, so that its newest is never the first. */
async function swappedBench(payments: number, pageSize: number): Promise<{ list: SampleApi; bench: SyncBench }> {
  const list = await doctored(
    (options) => startCheckoutPage({ payments, months: 2, now: () => bench.clock.at, ...options }),
    'starting_after',
    async ({ url, cursor }, own) => {
      if (cursor !== null) return undefined;
      const isGlance = url.searchParams.get('limit') === '1';
      if (isGlance) url.searchParams.set('limit', '2');
      const page = await own();
      const [first, second, ...others] = page.data;
      const swapped = first && second ? [second, first, ...others] : page.data;
      return { ...page, data: isGlance ? swapped.slice(0, 1) : swapped };
    },
  );
  api = list;
  const bench = await syncBench(list, withPagesOf(pageSize, withTables(2, checkoutPageInstance)));
  await bench.sync();
  expect((await bench.about()).outOfOrder).toBe(true);
  bench.clock.at += 60_000;
  list.addPayments(1);
  return { list, bench };
}

const count = (bench: SyncBench) => reconcileLake(bench.dir, bench.options(), { explain: false, repair: false });

test('a list known to be out of order is read to its end for payments that came since', async () => {
  const { bench } = await swappedBench(60, 20);
  const { verdict, counts } = await count(bench);
  expect({ verdict, whole: counts[0] }).toMatchObject({ verdict: 'equal', whole: { inApi: 60, inWarehouse: 60 } });
});

test('one too long for that is counted as it is told, with a warning', async () => {
  const { bench } = await swappedBench(202, 2);
  const { verdict, counts } = await count(bench);
  expect({ verdict, whole: counts[0] }).toMatchObject({ verdict: 'missing', whole: { inApi: 203, inWarehouse: 202 } });
  expect(bench.logs.filter((line) => line.includes('too long'))).toEqual([
    expect.stringContaining('counts as missing'),
  ]);
});
