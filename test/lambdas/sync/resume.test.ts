import type { Stored } from '../../../lambdas/load/checkpoint-table.ts';
import type { SyncState } from '../../../lambdas/sync/sync-state.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { historyRows } from '../../support/history-rows.ts';
import { checkoutPageInstance, commetInstance } from '../../support/lake-builder.ts';
import { loadRows } from '../../support/load-rows.ts';
import { closeBenches, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';

const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

const kinds = [
  ['commet', commetInstance, startCommet],
  ['checkout_page', checkoutPageInstance, startCheckoutPage],
] as const;

const bench120 = async ([, whole, start]: (typeof kinds)[number]) => {
  const api = await start({ payments: 120, months: 1, now: () => today });
  opened.push(api);
  return { api, bench: await syncBench(api, withPagesOf(10, whole)) };
};

/** A process that has time for so many pages. */
const timeFor = (pages: number) => {
  let taken = 0;
  return {
    onProgress: () => {
      taken += 1;
    },
    remainingMs: () => (taken < pages ? 3_600_000 : 0),
  };
};

describe.each(kinds)('%s', (...kind) => {
  test('stopped by the time left, again and again, a sync ends with everything, each payment once', async () => {
    const { bench } = await bench120(kind);
    const stops = [1, 3, 2, 5];
    for (const [index, pages] of stops.entries()) {
      const summary = await bench.sync(timeFor(pages));
      const read = stops.slice(0, index + 1).reduce((sum, each) => sum + each * 10, 0);
      expect(summary).toMatchObject({ status: 'stopped', records: read, written: read, token: expect.any(String) });
    }
    const last = await bench.sync();
    expect(last).toMatchObject({ status: 'done', records: 120, written: 120, pages: 12, loads: 5 });
    await bench.equalsApi();
    expect(await historyRows(bench)).toHaveLength(120);
    // A request that was on the wire when time ran out is counted too, and its page read again.
    expect(last.requests).toBeGreaterThanOrEqual(12);
    expect(last.requests).toBeLessThanOrEqual(12 + 1 + stops.length);
  });

  test('rows of loads add up to the summary, each load once', async () => {
    const { bench } = await bench120(kind);
    for (const pages of [5, 4]) await bench.sync({ settings: { loadRows: 25 }, ...timeFor(pages) });
    const last = await bench.sync({ settings: { loadRows: 25 } });
    const rows = await loadRows(bench);
    const sum = (name: string) => rows.reduce((total, row) => total + Number(row[name]), 0);
    expect(rows).toHaveLength(last.loads);
    expect({ pages: sum('pages'), records: sum('records'), written: sum('written'), bytes: sum('bytes') }).toEqual({
      pages: last.pages,
      records: last.records,
      written: last.written,
      bytes: last.bytes,
    });
    const perTable: Record<string, number> = {};
    for (const { rows_per_table } of rows) {
      for (const [table, count] of Object.entries(JSON.parse(String(rows_per_table)) as Record<string, number>)) {
        perTable[table] = (perTable[table] ?? 0) + count;
      }
    }
    expect(perTable).toEqual(last.rows);
  });
});

test('a sync that an earlier version saved, with fewer counts, is gone on with, and every count is a number', async () => {
  const { bench } = await bench120(kinds[1]);
  await bench.sync({ settings: { loadRows: 1 }, ...timeFor(3) });
  const key = { instance: kinds[1][0], item: 'sync#incremental' };
  const stored = await bench.checkpoints.read<SyncState>(key);
  const { throttled: _, unknownValues: __, ...counts } = (stored as Stored<SyncState>).state.counts;
  await bench.checkpoints.move(key, (stored as Stored<SyncState>).version, { ...stored?.state, counts });
  const done = await bench.sync();
  expect(done).toMatchObject({ status: 'done', resumed: true, records: 120, throttled: 0, unknownValues: 0 });
  expect(done.here).toMatchObject({ throttled: 0, unknownValues: 0 });
  expect((await bench.state()).counts.throttled).toBe(0);
});

test('a load id is the sync, the load, the attempt and the try, in text order of age; no attempt shares one', async () => {
  const { bench } = await bench120(kinds[0]);
  for (let runs = 0; runs < 4; runs++) await bench.sync({ settings: { loadRows: 1 }, ...timeFor(3) });
  const ids = [...new Set((await historyRows(bench)).map(({ _load_id }) => String(_load_id)))];
  expect(ids).toHaveLength(12);
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}-\d{6}-\d{8}-00$/);
  }
  expect(new Set(ids.map((id) => id.slice(37, 43))).size).toBe(12);
  expect(new Set(ids.map((id) => id.slice(44, 52))).size).toBe(4);
});

test('an attempt after one that failed uses other names, and its payments stand once', async () => {
  const { bench } = await bench120(kinds[1]);
  let puts = 0;
  const store = {
    ...bench.store,
    putNew: async (key: string, bytes: Uint8Array) => {
      if (++puts > 5) throw new Error('the process died');
      await bench.store.putNew(key, bytes);
    },
  };
  expect(await bench.sync({ store })).toMatchObject({ status: 'failed', written: 0 });
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 120 });
  await bench.equalsApi();
  const attempts = (await bench.store.list('warehouse/')).map(({ key }) => key.slice(-20, -11));
  expect(new Set(attempts).size).toBeGreaterThan(1);
});
