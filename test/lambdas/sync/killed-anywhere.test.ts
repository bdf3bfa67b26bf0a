import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { syncKilledAt } from '../../support/killed-sync.ts';
import { checkoutPageInstance, commetInstance } from '../../support/lake-builder.ts';
import { loadRows } from '../../support/load-rows.ts';
import { closeBenches, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { Witness } from '../../support/witness.ts';

jest.setTimeout(120_000);

/** Every page is a load. */
const settings = { loadRows: 1 };
const opened: SampleApi[] = [];
afterAll(async () => {
  for (const api of opened) await api.close();
});
afterEach(closeBenches);

test.each([
  ['commet', 1, commetInstance, startCommet],
  ['checkout_page', 11, checkoutPageInstance, startCheckoutPage],
] as const)(
  'a sync of %s killed before or after any step into the world (every %i.) is finished by the next',
  async (_name, stride, full, start) => {
    const instance = withPagesOf(4, full);
    const api = await start({ payments: 8, months: 1, until: new Date('2026-06-30T23:00:00Z'), now: () => today });
    opened.push(api);
    const whole = await syncKilledAt(await syncBench(api, instance), Number.POSITIVE_INFINITY);
    expect(whole.moments).toBeGreaterThan(40);
    expect(whole.passed.filter((name) => name.startsWith('before get')).length).toBeGreaterThan(1);
    for (let moment = 0; moment < whole.moments; moment += stride) {
      const bench = await syncBench(api, instance);
      const mortal = await syncKilledAt(bench, moment);
      expect(mortal.isDead).toBe(true);
      const at = whole.passed[moment];
      const summary = await bench.sync({ settings });
      expect({ at, status: summary.status }).toEqual({ at, status: 'done' });
      await bench.equalsApi();
      const loads = (await loadRows(bench)).map(({ load_id }) => String(load_id));
      const own = loads.filter((id) => id.startsWith(summary.syncId));
      expect({ at, rows: own.length, ids: new Set(loads).size }).toEqual({
        at,
        rows: summary.loads,
        ids: loads.length,
      });
      await closeBenches();
    }
  },
);

test('a reader between any two steps sees each payment once, whole, and never an older version after a newer one', async () => {
  const clock = virtualClock(today);
  const { name, source } = checkoutPageInstance;
  const instance = withPagesOf(6, { name, source: { ...source, tables: source.tables.slice(0, 3) } });
  const api = await startCheckoutPage({ payments: 12, months: 1, now: clock.now });
  opened.push(api);
  const bench = await syncBench(api, instance, clock);
  const witness = new Witness(bench);
  for (const payment of api.all()) witness.note(payment);
  const look = () => witness.look();
  await syncKilledAt(bench, Number.POSITIVE_INFINITY, look);
  clock.at += 60_000;
  for (const index of [2, 8]) {
    const id = String(api.record(index)?.id);
    api.edit(id, { locale: 'eo', fees: [], taxBreakdown: [] });
    witness.note(api.byId(id) ?? {});
  }
  await syncKilledAt(bench, Number.POSITIVE_INFINITY, look);
  expect(witness.looks).toBeGreaterThan(60);
  await bench.equalsApi();
});
