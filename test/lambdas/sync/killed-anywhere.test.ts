import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { checkoutPageInstance, commetInstance } from '../../support/lake-builder.ts';
import { loadRows } from '../../support/load-rows.ts';
import { Mortal } from '../../support/mortal.ts';
import { closeBenches, type SyncBench, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';

jest.setTimeout(120_000);

/** Every page is a load. */
const settings = { loadRows: 1 };
const opened: SampleApi[] = [];
afterAll(async () => {
  for (const api of opened) await api.close();
});
afterEach(closeBenches);

const killedAt = async (bench: SyncBench, moment: number): Promise<Mortal> => {
  const mortal = new Mortal(moment);
  const { store, dynamo } = bench;
  const changes = { settings, store: mortal.store(store), checkpoints: mortal.checkpoints(dynamo.client) };
  await bench.sync(changes).catch(() => {});
  return mortal;
};

test.each([
  ['commet', 1, commetInstance, startCommet],
  ['checkout_page', 11, checkoutPageInstance, startCheckoutPage],
] as const)(
  'a sync of %s killed before or after any step into the world (every %i.) is finished by the next',
  async (_name, stride, full, start) => {
    const instance = withPagesOf(6, full);
    const api = await start({ payments: 12, months: 1, until: new Date('2026-06-30T23:00:00Z'), now: () => today });
    opened.push(api);
    const whole = await killedAt(await syncBench(api, instance), Number.POSITIVE_INFINITY);
    expect(whole.moments).toBeGreaterThan(40);
    for (let moment = 0; moment < whole.moments; moment += stride) {
      const bench = await syncBench(api, instance);
      const mortal = await killedAt(bench, moment);
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
