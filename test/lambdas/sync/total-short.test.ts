import { runDeletion } from '../../../lambdas/sync/run-deletion.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { type Asked, doctored, type ListBody } from '../../support/doctored-answers.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { closeBenches, everything, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const dayMs = 86_400_000;
const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

type Hides = (id: string, asked: Asked) => boolean;

/** A list of 60 payments that counts payments it does not show. */
async function hiding(hides: Hides, onAsked: (api: SampleApi, asked: Asked) => void = () => {}) {
  const clock = virtualClock(today);
  const asked: Asked[] = [];
  const api: SampleApi = await doctored(
    (more) => startCheckoutPage({ payments: 60, months: 2, now: clock.now, ...more }),
    'starting_after',
    async (one, own) => {
      asked.push(one);
      onAsked(api, one);
      const page: ListBody = await own();
      return { ...page, data: page.data.filter(({ id }) => !hides(String(id), one)) };
    },
  );
  opened.push(api);
  return { api, clock, asked, bench: await syncBench(api, withPagesOf(10, checkoutPageInstance), clock) };
}

const statusAsked = ({ url }: Asked): string | null => url.searchParams.get('status');
const isWhole = (asked: Asked): boolean => asked.url.searchParams.get('limit') !== '1';

test('a payment that the list counts and does not show is found by its status', async () => {
  const hidden: string[] = [];
  const { api, asked, bench } = await hiding((id, one) => statusAsked(one) === null && hidden.includes(id));
  for (const index of [7, 33]) api.edit(String(api.record(index)?.id), { status: 'refunded' });
  hidden.push(String(api.record(33)?.id), String(api.record(7)?.id));
  expect(await bench.sync()).toMatchObject({
    status: 'done',
    written: 60,
    total: { api: 60, seen: 60, verdict: 'right', short: {} },
  });
  await bench.equalsApi();
  // Each status is asked for one payment; only the one that is short is read.
  expect(new Set(asked.filter(isWhole).map(statusAsked))).toEqual(new Set([null, 'refunded']));
  expect(await bench.about()).toMatchObject({ reading: { isWhole: true }, total: { verdict: 'right' } });
});

test('what stays hidden is a verdict: no deletion is concluded, and the same shortfall is not read again', async () => {
  const hidden: string[] = [];
  const { api, asked, bench, clock } = await hiding((id) => hidden.includes(id));
  expect(await bench.sync({ scope: everything })).toMatchObject({ total: { verdict: 'right' } });
  hidden.push(String(api.record(33)?.id));
  const status = String(api.record(33)?.status);
  const reads = [];
  for (let night = 0; night < 3; night++) {
    clock.at += dayMs;
    asked.splice(0);
    expect(await bench.sync({ scope: everything })).toMatchObject({
      status: 'done',
      total: { api: 60, seen: 59, verdict: 'short', short: { [status]: 1 } },
    });
    reads.push(asked.filter((one) => isWhole(one) && statusAsked(one) !== null).length > 0);
    expect(await runDeletion(bench.options())).toBeNull();
  }
  expect(reads).toEqual([true, false, false]);
  await bench.equalsApi();
  expect(await bench.about()).toMatchObject({ reading: { isWhole: false }, total: { verdict: 'short' } });
});

test('more payments than ten pages on top of the list while it is read make no false alarm', async () => {
  const { bench } = await hiding(
    () => false,
    (api, { number }) => {
      if (number === 5) api.addPayments(130);
    },
  );
  expect(await bench.sync()).toMatchObject({ total: { api: 190, seen: 190, verdict: 'right' } });
});

test('a reading out of time while it reads a status again goes on there', async () => {
  const hidden: string[] = [];
  const { api, asked, bench } = await hiding((id, one) => statusAsked(one) === null && hidden.includes(id));
  for (let index = 0; index < 45; index++) api.edit(String(api.record(index)?.id), { status: 'refunded' });
  hidden.push(String(api.record(3)?.id));
  let left = 1e9;
  const onProgress = () => {
    if (asked.some((one) => statusAsked(one) === 'refunded' && isWhole(one))) left = 0;
  };
  expect(await bench.sync({ remainingMs: () => left, onProgress })).toMatchObject({ status: 'stopped' });
  const before = asked.splice(0).filter((one) => isWhole(one) && statusAsked(one) === 'refunded');
  expect(before.length).toBeGreaterThan(0);
  expect(await bench.sync()).toMatchObject({ status: 'done', total: { api: 60, seen: 60, verdict: 'right' } });
  const after = asked.filter(isWhole).slice(0, 1);
  expect(after.map((one) => [statusAsked(one), one.cursor !== null])).toEqual([['refunded', true]]);
  await bench.equalsApi();
});
