import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { reconcileLake } from '../../cli/reconcile-lake.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { checkoutPageInstance, commetInstance } from '../support/lake-builder.ts';
import {
  type BenchChanges,
  closeBenches,
  everything,
  type SyncBench,
  syncBench,
  today,
  withPagesOf,
  withTables,
} from '../support/sync-bench.ts';
import { withholding } from '../support/withheld.ts';

let onPage: (url: URL, api: SampleApi) => number | undefined;
let api: SampleApi;
let withheld: Set<string>;
let bench: SyncBench;
beforeEach(async () => {
  onPage = () => undefined;
  const start = (options: object) =>
    startCheckoutPage({ payments: 60, months: 2, now: () => bench.clock.at, ...options });
  ({ api, withheld } = await withholding(start, 'starting_after', (url, own) => onPage(url, own)));
  bench = await syncBench(api, withPagesOf(20, withTables(2, checkoutPageInstance)));
});
afterEach(async () => {
  await api.close();
  await closeBenches();
});

const counting = { explain: false, repair: false };
const explaining = { explain: true, repair: false };
const repairing = { explain: false, repair: true };

const reconcile = (asked = counting, changes: BenchChanges = {}) =>
  reconcileLake(bench.dir, bench.options(changes), asked);

const withStatus = (status: string): string[] =>
  [...api.all()].filter((payment) => payment.status === status).map(({ id }) => String(id));

describe('what comes or changes while it is counted raises no alarm', () => {
  test('a payment that comes with every request', async () => {
    await bench.sync();
    bench.clock.at += 60_000;
    onPage = () => void api.addPayments(1);
    expect(await reconcile()).toMatchObject({ verdict: 'equal', difference: 0, counts: expect.any(Array) });
    expect(api.total).toBeGreaterThan(70);
  });

  test('payments that came since the sync: more than a page of them', async () => {
    await bench.sync();
    bench.clock.at += 60_000;
    api.addPayments(45);
    const { verdict, counts } = await reconcile();
    expect({ verdict, whole: counts[0] }).toMatchObject({ verdict: 'equal', whole: { inApi: 60, inWarehouse: 60 } });
  });

  test('payments refunded since the sync', async () => {
    await bench.sync();
    bench.clock.at += 60_000;
    api.changeStatuses(3, { updatedAt: new Date(bench.clock.at) });
    expect(await reconcile()).toMatchObject({ verdict: 'equal', difference: 0 });
  });

  test('a payment refunded between two requests', async () => {
    await bench.sync();
    bench.clock.at += 60_000;
    onPage = (url) => {
      const isAfterPaid = url.searchParams.get('status') === 'canceled';
      if (isAfterPaid && withStatus('refunded').length < 3)
        api.changeStatuses(5, { updatedAt: new Date(bench.clock.at) });
      return undefined;
    };
    const { verdict, difference } = await reconcile();
    expect({ verdict, difference }).toEqual({ verdict: expect.stringMatching(/^(equal|moving)$/), difference: 0 });
  });
});

describe('a difference is named and mended', () => {
  test('a payment whose content differs, and one that is missing beside it', async () => {
    const [lost, changed] = withStatus('paid') as [string, string];
    withheld.add(lost);
    await bench.sync();
    withheld.clear();
    api.edit(changed, { amount: 1 });
    const { explanation } = await reconcile(explaining);
    expect(explanation).toMatchObject({ paged: ['paid'], missing: [lost], differing: [changed], surplus: [] });
    expect(await reconcile(repairing)).toMatchObject({
      verdict: 'equal',
      before: { verdict: 'missing', difference: 1 },
    });
    await bench.equalsApi();
  });

  test('a payment under another status counts once, and is read again', async () => {
    await bench.sync();
    const [id] = api.changeStatuses(1, { moveUpdatedAt: false });
    const { verdict, difference, explanation } = await reconcile(explaining);
    expect({ verdict, difference }).toEqual({ verdict: expect.stringMatching(/missing|surplus/), difference: 1 });
    expect(explanation).toMatchObject({ missing: [], differing: [id], surplus: [] });
    expect(await reconcile(repairing)).toMatchObject({ verdict: 'equal' });
    await bench.equalsApi();
  });

  test('a payment deleted at the API is surplus, and no repair deletes it', async () => {
    await bench.sync();
    const [gone] = withStatus('paid') as [string];
    api.remove(gone);
    for (const asked of [explaining, repairing]) {
      const { verdict, difference, explanation, before } = await reconcile(asked);
      expect({ verdict, difference, before }).toEqual({ verdict: 'surplus', difference: 1, before: null });
      expect(explanation).toMatchObject({ missing: [], differing: [], surplus: [gone] });
    }
    expect((await bench.records()).has(gone)).toBe(true);
  });

  test('an id under two created_at is counted once, told, and its older row superseded', async () => {
    await bench.sync();
    const [moved] = withStatus('paid').slice(-1) as [string];
    const createdAt = Date.parse(String(api.byId(moved)?.createdAt));
    api.edit(moved, { createdAt: new Date(createdAt - 1000).toISOString() });
    bench.clock.at += 2 * 3_600_000;
    await bench.sync();
    const { verdict, duplicates, explanation, counts } = await reconcile(explaining);
    expect({ verdict, duplicates }).toEqual({ verdict: 'doubled', duplicates: 1 });
    expect(counts[0]).toMatchObject({ inApi: 60, inWarehouse: 60, difference: 0 });
    expect(explanation).toMatchObject({ paged: [], doubled: [moved] });
    expect(await reconcile(repairing)).toMatchObject({ verdict: 'equal', duplicates: 0 });
  });

  test('of an id under two created_at the row seen last is counted, the one that a repair keeps', async () => {
    await bench.sync();
    const [moved] = api.changeStatuses(1, { moveUpdatedAt: false }) as [string];
    const before = new Date(Date.parse(String(api.byId(moved)?.createdAt)) - 1000).toISOString();
    api.edit(moved, { createdAt: before, updatedAt: before });
    bench.clock.at += 2 * 3_600_000;
    await bench.sync();
    const { verdict, counts } = await reconcile();
    expect(verdict).toBe('doubled');
    expect(counts.filter(({ difference }) => difference !== 0)).toEqual([]);
  });

  test('where nothing differs no list is paged', async () => {
    await bench.sync();
    const before = api.requests;
    expect(await reconcile(repairing)).toMatchObject({ explanation: { paged: [] }, before: null });
    // One for the whole list, one for each documented status.
    expect(api.requests - before).toBe(12);
  });
});

describe('what it counts with is the newest completed reading that covers the list', () => {
  const begun = async () => (await bench.about()).reading?.begunAt ?? Number.NaN;
  const hourMs = 3_600_000;

  test('a backfill of everything, in a lake that never had a nightly', async () => {
    await bench.sync({ scope: everything });
    bench.clock.at += 60_000;
    api.addPayments(5);
    const { verdict, counts, asOf } = await reconcile();
    expect({ verdict, whole: counts[0] }).toMatchObject({ verdict: 'equal', whole: { inApi: 60, inWarehouse: 60 } });
    expect(Date.parse(asOf)).toBe((await begun()) - hourMs);
  });

  test('a backfill newer than the nightly, then a nightly newer than the backfill', async () => {
    await bench.sync();
    bench.clock.at += 2 * hourMs;
    await bench.sync({ scope: everything });
    const afterBackfill = await reconcile();
    expect(Date.parse(afterBackfill.asOf)).toBe(bench.clock.at - hourMs);
    bench.clock.at += 2 * hourMs;
    await bench.sync();
    expect(Date.parse((await reconcile()).asOf)).toBe(bench.clock.at - hourMs);
  });

  test('not a range nor a filter: they leave the moment as it was', async () => {
    await bench.sync();
    const { asOf } = await reconcile();
    bench.clock.at += 2 * hourMs;
    api.addPayments(5);
    await bench.sync({ scope: { mode: 'backfill', from: today - 24 * hourMs } });
    await bench.sync({ scope: { mode: 'backfill', filters: { status: 'paid' } } });
    expect(await reconcile()).toMatchObject({ asOf, verdict: 'equal', difference: 0 });
  });
});

describe('it says why it cannot count', () => {
  test('no reading of the whole list was completed', async () => {
    await bench.sync({ scope: { mode: 'backfill', from: today - 86_400_000 } });
    await expect(reconcile()).rejects.toThrow(
      'checkout_page: there is nothing to count against, since no reading of the whole list was completed; run payments-lake sync checkout_page first',
    );
  });

  test('the API is down', async () => {
    await bench.sync();
    onPage = () => 503;
    await expect(reconcile()).rejects.toThrow(/503/);
  });

  test('the key is of another account', async () => {
    await bench.sync();
    onPage = (_url, own) => {
      const [newest] = withStatus('paid').slice(-1);
      for (const { id } of own.all()) if (id !== newest) own.edit(String(id), { sellerId: 'another' });
      return undefined;
    };
    await expect(reconcile()).rejects.toThrow(/the key is of the account another, the last completed sync read/);
  });
});

describe('an API without a total', () => {
  let other: SampleApi;
  let lake: SyncBench;
  beforeEach(async () => {
    other = await startCommet({ payments: 60, months: 2, now: () => lake.clock.at });
    lake = await syncBench(other, withPagesOf(20, commetInstance));
    await lake.sync({ settings: { loadRows: 1 } });
  });
  afterEach(() => other.close());

  test('is counted by what its last full reading saw, whatever came since', async () => {
    lake.clock.at += 60_000;
    other.addPayments(5);
    await lake.sync();
    other.addPayments(5);
    const { verdict, counts } = await reconcileLake(lake.dir, lake.options(), counting);
    expect({ verdict, counts }).toEqual({
      verdict: 'equal',
      counts: [{ status: null, inApi: 60, inWarehouse: 60, difference: 0, verdict: 'equal', duplicates: 0 }],
    });
  });

  test('payments that the lake has lost since are missed, and brought back', async () => {
    const [file] = (await lake.store.list('warehouse/commet_payments/')).map(({ key }) => key);
    rmSync(join(lake.dir, String(file)));
    const { verdict, difference, explanation } = await reconcileLake(lake.dir, lake.options(), explaining);
    expect(verdict).toBe('missing');
    expect(explanation?.paged).toEqual([null]);
    expect(explanation?.missing).toHaveLength(difference);
    expect(await reconcileLake(lake.dir, lake.options(), repairing)).toMatchObject({ verdict: 'equal' });
    await lake.equalsApi();
  });
});
