import { runSupersede } from '../../../lambdas/sync/run-supersede.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { historyRows } from '../../support/history-rows.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { closeBenches, everything, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

test('a payment whose createdAt the API changed stands once again, in its newest form, after it was superseded', async () => {
  const clock = virtualClock(today);
  const api = await startCheckoutPage({ payments: 20, months: 2, now: clock.now });
  opened.push(api);
  const bench = await syncBench(api, withPagesOf(10, checkoutPageInstance), clock);
  await bench.sync({ scope: everything });
  const ids = [2, 9].map((index) => String(api.record(index)?.id));
  clock.at += 86_400_000;
  // Another month, and the same one.
  api.edit(ids[0] as string, { createdAt: '2025-11-05T10:00:00.000Z' });
  const { createdAt } = api.record(9) as { createdAt: string };
  api.edit(ids[1] as string, { createdAt: new Date(Date.parse(createdAt) + 1).toISOString() });
  await bench.sync({ scope: everything });
  await expect(bench.records()).rejects.toThrow('stands in the current view twice');
  const untouched = String(api.record(4)?.id);
  expect(await runSupersede(bench.options(), [...ids, untouched])).toMatchObject({ status: 'done', written: 2 });
  await bench.equalsApi();
  expect(await runSupersede(bench.options(), ids)).toMatchObject({ status: 'done', written: 0 });
  const marks = (await historyRows(bench)).filter((row) => row._superseded_at !== null);
  expect(marks.map((row) => row.payment_id).sort()).toEqual(ids.toSorted());
  expect(marks.every((row) => row._superseded_at === clock.at)).toBe(true);
  // And back: what was superseded is shown again, once the API lists it so.
  clock.at += 86_400_000;
  api.edit(ids[1] as string, { createdAt });
  await bench.sync({ scope: everything });
  await runSupersede(bench.options(), ids);
  await bench.equalsApi();
});

test('a version that was moved on by a millisecond does not win over the createdAt the API gave later', async () => {
  const clock = virtualClock(today);
  const api = await startCheckoutPage({ payments: 10, months: 2, now: clock.now });
  opened.push(api);
  const bench = await syncBench(api, withPagesOf(10, checkoutPageInstance), clock);
  await bench.sync({ scope: everything });
  // Within the same second of the API.
  await bench.sync({ scope: { ...everything, rewrite: true } });
  clock.at += 86_400_000;
  const id = String(api.record(9)?.id);
  api.edit(id, { createdAt: '2026-05-05T10:00:00.000Z' });
  await bench.sync({ scope: everything });
  expect(await runSupersede(bench.options(), [id])).toMatchObject({ status: 'done', written: 1 });
  await bench.equalsApi();
});
