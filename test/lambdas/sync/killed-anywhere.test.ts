import { runNightly } from '../../../lambdas/sync/run-nightly.ts';
import { runSync } from '../../../lambdas/sync/run-sync.ts';
import type { SyncSummary } from '../../../lambdas/sync/summary.ts';
import type { SyncOptions } from '../../../lambdas/sync/sync-options.ts';
import { tableName } from '../../../lambdas/warehouse/instance.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { syncKilledAt } from '../../support/killed-sync.ts';
import { lakeBehind } from '../../support/lake-behind.ts';
import { checkoutPageInstance, commetInstance } from '../../support/lake-builder.ts';
import { copyLake, stateOf } from '../../support/lake-copy.ts';
import { loadRows } from '../../support/load-rows.ts';
import { closeBenches, type SyncBench, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { Witness } from '../../support/witness.ts';

jest.setTimeout(120_000);

const opened: SampleApi[] = [];
afterAll(async () => {
  for (const api of opened) await api.close();
});
afterEach(closeBenches);

type Run = (options: SyncOptions) => Promise<readonly SyncSummary[]>;

/**
 * Kills a run at each moment in turn, each time in a lake as `before` is, and has the next finish what was left. Where
 * the lake stands as it stood one moment before (a step that only reads, the way from one step to the next) a kill
 * leaves the same, and is not made again.
 *
 * @returns the names of the moments
 */
async function killAtEachMoment(before: SyncBench, killed: SyncBench, run: Run): Promise<string[]> {
  await copyLake(before, killed);
  let stood = '';
  const changed: number[] = [];
  const look = async (moment: number) => {
    const stands = await stateOf(killed);
    if (stands !== stood) changed.push(moment);
    stood = stands;
  };
  const whole = await syncKilledAt(killed, Number.POSITIVE_INFINITY, look, run);
  await killed.equalsApi();
  for (const moment of changed) {
    const at = whole.passed[moment];
    await copyLake(before, killed);
    const { isDead } = await syncKilledAt(killed, moment, undefined, run);
    expect({ at, isDead }).toEqual({ at, isDead: true });
    const summaries = await run(killed.options({ settings: { loadRows: 1 } }));
    expect({ at, ended: new Set(summaries.map(({ status }) => status)) }).toEqual({ at, ended: new Set(['done']) });
    await killed.equalsApi();
    const loads = (await loadRows(killed)).map(({ load_id }) => String(load_id));
    const [first] = summaries;
    const own = loads.filter((id) => first && id.startsWith(first.syncId));
    expect({ at, rows: own.length, ids: new Set(loads).size }).toEqual({ at, rows: first?.loads, ids: loads.length });
  }
  return whole.passed;
}

test.each([
  ['commet', commetInstance, startCommet],
  ['checkout_page', checkoutPageInstance, startCheckoutPage],
] as const)(
  'a first sync of %s killed before or after any step into the world is finished by the next',
  async (_name, full, start) => {
    const instance = withPagesOf(1, full);
    const api = await start({ payments: 2, months: 1, until: new Date('2026-06-30T23:00:00Z'), now: () => today });
    opened.push(api);
    const empty = await syncBench(api, instance);
    const moments = await killAtEachMoment(empty, await syncBench(api, instance), async (options) => [
      await runSync(options),
    ]);
    for (const table of full.source.tables) {
      const file = `before put warehouse/${tableName(full, table)}/`;
      expect(moments).toContainEqual(expect.stringContaining(file));
    }
    expect(moments.filter((name) => name.startsWith('before get')).length).toBeGreaterThan(1);
  },
);

test('a nightly of commet with a new payment, and one canceled with other children, killed before or after any step is finished by the next', async () => {
  const { api, behind } = await lakeBehind();
  opened.push(api);
  const moments = await killAtEachMoment(behind, await syncBench(api, behind.instance), runNightly);
  expect(moments.filter((name) => name.startsWith('before put warehouse/commet_')).length).toBeGreaterThan(2);
});

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
