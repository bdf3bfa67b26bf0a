import { reconcileLake } from '../../cli/reconcile-lake.ts';
import { type CheckoutPageOptions, startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { checkoutPageInstance } from '../support/lake-builder.ts';
import { closeBenches, type SyncBench, syncBench, withPagesOf, withTables } from '../support/sync-bench.ts';
import { withholding } from '../support/withheld.ts';

let unknownCursor: NonNullable<CheckoutPageOptions['unknownCursor']>;
let onPage: (url: URL, api: SampleApi) => number | undefined;
let api: SampleApi;
let bench: SyncBench;
beforeEach(async () => {
  onPage = () => undefined;
  unknownCursor = 404;
  const start = (options: object) =>
    startCheckoutPage({
      payments: 60,
      months: 2,
      now: () => bench.clock.at,
      get unknownCursor() {
        return unknownCursor;
      },
      ...options,
    });
  ({ api } = await withholding(start, 'starting_after', (url, own) => onPage(url, own)));
  bench = await syncBench(api, withPagesOf(20, withTables(2, checkoutPageInstance)));
});
afterEach(async () => {
  await api.close();
  await closeBenches();
});

const reconcile = (asked: { explain?: boolean; repair?: boolean } = {}) =>
  reconcileLake(bench.dir, bench.options(), { explain: false, repair: false, ...asked });

const withStatus = (status: string): string[] =>
  [...api.all()].filter((payment) => payment.status === status).map(({ id }) => String(id));

describe('a status that the API does not take as a filter', () => {
  const nameOf = (status: string | null) => status ?? 'all';

  test('of the warehouse: the whole and every other status are counted, and it is told by name', async () => {
    const [odd] = withStatus('paid') as [string];
    api.edit(odd, { status: 'chargeback' });
    await bench.sync();
    const { verdict, difference, counts } = await reconcile();
    expect({ verdict, difference }).toEqual({ verdict: 'equal', difference: 0 });
    expect(counts).toHaveLength(12);
    expect(counts.map(({ status }) => nameOf(status))).not.toContain('chargeback');
    expect(bench.logs.filter((line) => line.includes('chargeback'))).toEqual([
      expect.stringContaining('counted with the whole list only'),
    ]);
  });

  test('of the declaration: the same', async () => {
    await bench.sync();
    onPage = (url) => (url.searchParams.get('status') === 'draft_expired' ? 400 : undefined);
    const { verdict, counts } = await reconcile();
    expect(verdict).toBe('equal');
    expect(counts).toHaveLength(11);
    expect(bench.logs.join('\n')).toContain('does not take');
  });

  test('of a payment that came to it since the sync: no alarm', async () => {
    await bench.sync();
    bench.clock.at += 60_000;
    const [odd, touched] = withStatus('paid') as [string, string];
    api.edit(odd, { status: 'chargeback', updatedAt: new Date(bench.clock.at).toISOString() });
    api.edit(touched, { updatedAt: new Date(bench.clock.at).toISOString() });
    const { verdict, counts } = await reconcile();
    expect({ verdict, different: counts.filter(({ difference }) => difference !== 0) }).toEqual({
      verdict: 'equal',
      different: [],
    });
  });

  test('a key that is refused for one status fails all the same', async () => {
    await bench.sync();
    for (const status of [401, 403]) {
      onPage = (url) => (url.searchParams.get('status') === 'draft_expired' ? status : undefined);
      await expect(reconcile()).rejects.toThrow(new RegExp(String(status)));
    }
  });
});

describe('a payment that lives is not called surplus', () => {
  test('refunded since the sync, while another was deleted', async () => {
    await bench.sync();
    bench.clock.at += 60_000;
    const [gone] = withStatus('paid') as [string];
    api.remove(gone);
    api.changeStatuses(1, { updatedAt: new Date(bench.clock.at) });
    const { verdict, difference, explanation } = await reconcile({ explain: true });
    expect({ verdict, difference }).toEqual({ verdict: 'surplus', difference: 1 });
    expect(explanation).toMatchObject({ paged: ['paid'], missing: [], differing: [], surplus: [gone] });
  });

  test('under a status whose count is right, since as many left it as came', async () => {
    await bench.sync();
    const [refunded] = withStatus('refunded') as [string];
    const [came] = api.changeStatuses(1, { moveUpdatedAt: false }) as [string];
    api.edit(refunded, { status: 'canceled' });
    const { verdict, explanation } = await reconcile({ explain: true });
    expect(verdict).not.toBe('equal');
    expect(explanation).toMatchObject({ missing: [], surplus: [] });
    expect([...(explanation?.differing ?? [])].sort()).toEqual([refunded, came].sort());
    expect(await reconcile({ repair: true })).toMatchObject({ verdict: 'equal' });
    await bench.equalsApi();
  });

  test('under a status that the API does not take as a filter', async () => {
    await bench.sync();
    const [odd] = withStatus('paid') as [string];
    api.edit(odd, { status: 'chargeback' });
    expect((await reconcile({ explain: true })).explanation).toMatchObject({ differing: [odd], surplus: [] });
    expect(await reconcile({ repair: true })).toMatchObject({ verdict: 'equal' });
    await bench.equalsApi();
  });
});

describe('a payment deleted while its list is paged, on which the next page would begin', () => {
  /** Deletes the cursor's payment, so often, each time a further page is asked for. */
  const deleteCursors = (times: number): (() => string[]) => {
    const deleted: string[] = [];
    onPage = (url) => {
      const cursor = url.searchParams.get('starting_after');
      if (cursor !== null && deleted.length < times && api.byId(cursor)) {
        api.remove(cursor);
        deleted.push(cursor);
      }
      return undefined;
    };
    return () => deleted;
  };

  test.each([404, 'empty page', 'from the start'] as const)('costs no other payment: %s', async (answered) => {
    unknownCursor = answered;
    await bench.sync();
    const [changed] = withStatus('paid') as [string];
    api.edit(changed, { status: 'failed' });
    const deleted = deleteCursors(2);
    const { explanation } = await reconcile({ explain: true });
    expect(deleted()).toHaveLength(2);
    expect(explanation).toMatchObject({ missing: [], differing: [changed], surplus: [] });
  });

  test('and the whole page before it as well: the list is begun again, three times at most', async () => {
    await bench.sync();
    api.edit((withStatus('paid') as [string])[0], { status: 'failed' });
    let cursors = 0;
    onPage = (url) => (url.searchParams.has('starting_after') && ++cursors <= 25 ? 404 : undefined);
    expect((await reconcile({ explain: true })).explanation).toMatchObject({ missing: [], surplus: [] });
    onPage = (url) => (url.searchParams.has('starting_after') ? 404 : undefined);
    await expect(reconcile({ explain: true })).rejects.toThrow('the API refuses the cursor (404)');
  });

  test('is got over where changed payments are looked for as well', async () => {
    await bench.sync();
    bench.clock.at += 60_000;
    api.changeStatuses(25, { updatedAt: new Date(bench.clock.at) });
    const deleted = deleteCursors(1);
    await reconcile();
    expect(deleted()).toHaveLength(1);
  });
});

describe('what the API cannot be asked for singly is read by its lists', () => {
  test('a payment that lost its orderId', async () => {
    await bench.sync();
    const [old] = withStatus('paid') as [string];
    api.edit(old, { status: 'failed', orderId: null });
    const { verdict, difference, explanation, before, left } = await reconcile({ repair: true });
    expect(explanation).toMatchObject({ differing: [old] });
    expect({ verdict, difference, before, left }).toEqual({
      verdict: 'equal',
      difference: 0,
      before: expect.objectContaining({ difference: 1 }),
      left: null,
    });
    await bench.equalsApi();
  });

  test('one that its search refuses, and one that it does not find', async () => {
    const [refused, hidden] = withStatus('paid') as [string, string];
    await bench.sync();
    for (const id of [refused, hidden]) api.edit(id, { status: 'failed' });
    const orders = [refused, hidden].map((id) => String(api.byId(id)?.orderId));
    onPage = (url) => {
      const index = orders.indexOf(url.searchParams.get('search') ?? '');
      if (index === 1) api.edit(hidden, { orderId: 'order_of_another_name' });
      return index === 0 ? 400 : undefined;
    };
    expect(await reconcile({ repair: true })).toMatchObject({ verdict: 'equal', left: null });
    await bench.equalsApi();
  });

  test('payments that the search refuses one after the other, which it is not asked for all', async () => {
    await bench.sync();
    const refused = withStatus('paid').slice(0, 8);
    for (const id of refused) api.edit(id, { status: 'failed' });
    let searches = 0;
    onPage = (url) => {
      if (!url.searchParams.has('search')) return undefined;
      searches += 1;
      return 400;
    };
    expect(await reconcile({ repair: true })).toMatchObject({ verdict: 'equal', left: null });
    expect(searches).toBe(3);
    await bench.equalsApi();
  });

  test('one under a status that is no filter, by the whole list', async () => {
    await bench.sync();
    const [odd] = withStatus('paid') as [string];
    api.edit(odd, { status: 'chargeback', orderId: null });
    expect(await reconcile({ repair: true })).toMatchObject({ verdict: 'equal', left: null });
    await bench.equalsApi();
  });
});

describe('what is different after a repair is said', () => {
  test('a payment that changes again while it is mended', async () => {
    await bench.sync();
    const [moving, gone] = withStatus('paid') as [string, string];
    api.edit(moving, { status: 'failed' });
    api.remove(gone);
    let searches = 0;
    onPage = (url) => {
      if (url.searchParams.has('search')) searches += 1;
      // Once the repair is over: nothing moves updatedAt, so that nobody can tell it from a loss.
      else if (searches === 1 && url.searchParams.get('limit') === '1') {
        searches += 1;
        api.edit(moving, { status: 'canceled' });
      }
      return undefined;
    };
    const { verdict, left, before } = await reconcile({ repair: true });
    expect({ verdict, before }).toEqual({ verdict: 'surplus', before: expect.objectContaining({ difference: 2 }) });
    expect(left).toMatchObject({ differing: [moving], missing: [], surplus: [gone] });
  });
});
