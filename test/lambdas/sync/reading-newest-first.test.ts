import { type CheckoutPageOptions, startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { type Doctor, doctored, type ListBody } from '../../support/doctored-answers.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { closeBenches, syncBench, today, withPagesOf, withTables } from '../../support/sync-bench.ts';

const instance = withPagesOf(10, withTables(2, checkoutPageInstance));
const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

/** A list of pages of ten. */
async function listOf(payments: number, doctor?: Doctor, options: Partial<CheckoutPageOptions> = {}) {
  const base = { payments, months: 1, now: () => today, compression: false, ...options };
  const api = await (doctor
    ? doctored((more) => startCheckoutPage({ ...base, ...more }), 'starting_after', doctor)
    : startCheckoutPage(base));
  opened.push(api);
  return { api, bench: await syncBench(api, instance) };
}

const never = () => Number.POSITIVE_INFINITY;
const outOfTime = () => 0;

describe.each([400, 404, 'empty page', 'from the start', 'go on'] as const)(
  'where a cursor of a payment that is gone answers %p',
  (unknownCursor) => {
    test('a payment deleted behind the cursor costs no other', async () => {
      const { api, bench } = await listOf(64, undefined, { unknownCursor });
      expect(await bench.sync({ remainingMs: outOfTime })).toMatchObject({ status: 'stopped', records: 10 });
      const { place } = await bench.state();
      api.remove(place.cursor as string);
      expect(await bench.sync({ remainingMs: never })).toMatchObject({ status: 'done', written: 64 });
      const held = await bench.records();
      expect(held.size).toBe(64);
      for (const payment of api.all()) expect(held.has(payment.id as string)).toBe(true);
    });

    test('a whole last page deleted: the list is read from its start again', async () => {
      const { api, bench } = await listOf(34, undefined, { unknownCursor });
      await bench.sync({ remainingMs: outOfTime });
      for (const id of (await bench.state()).place.lastIds) api.remove(id);
      expect(await bench.sync()).toMatchObject({ status: 'done', written: 34 });
      expect((await bench.records()).size).toBe(34);
    });
  },
);

describe('an end', () => {
  test.each([60, 61, 1, 10])(
    'of %i payments where has_more is always true, is believed after a check',
    async (count) => {
      const { bench } = await listOf(count, async (_, own) => {
        const page = await own();
        return { ...page, has_more: page.data.length > 0 };
      });
      expect(await bench.sync()).toMatchObject({ status: 'done', written: count });
      await bench.equalsApi();
    },
  );

  test('that is an empty page after a wrong has_more is believed after a check', async () => {
    const { bench } = await listOf(60, async (_, own) => {
      const page = await own();
      return { ...page, has_more: page.data.length === 10 };
    });
    expect(await bench.sync()).toMatchObject({ status: 'done', written: 60 });
    await bench.equalsApi();
  });

  test('in the middle, by a glitch, is not believed', async () => {
    const { bench } = await listOf(64, async ({ number }) =>
      number === 3 ? { data: [], has_more: false, total: 64 } : undefined,
    );
    expect(await bench.sync()).toMatchObject({ status: 'done', written: 64 });
    await bench.equalsApi();
  });

  test('on the first page of an empty list is an end', async () => {
    const { bench } = await listOf(0);
    expect(await bench.sync()).toMatchObject({ status: 'done', records: 0, requests: 2, total: { api: 0, seen: 0 } });
  });
});

describe('"more" with no data', () => {
  const empty: ListBody = { data: [], has_more: true, total: 64 };

  test('is asked again three times, then a TerminalError with source, request id and cursor; the checkpoint stays', async () => {
    let broken = false;
    const { bench } = await listOf(64, async ({ cursor }) => (broken && cursor !== null ? empty : undefined));
    await bench.sync({ remainingMs: outOfTime });
    const before = await bench.state();
    broken = true;
    const summary = await bench.sync();
    expect(summary).toMatchObject({ status: 'failed', error: { name: 'TerminalError' } });
    expect(summary.error?.message).toMatch(/^checkout_page: .*more follows, and gives nothing/);
    expect(summary.error?.message).toContain(`cursor "${before.place.cursor}", request req_`);
    expect(summary.requests - before.counts.requests).toBe(4);
    expect((await bench.state()).place).toEqual(before.place);
    broken = false;
    expect(await bench.sync()).toMatchObject({ status: 'done', written: 64 });
    await bench.equalsApi();
  });

  test('three times and then data goes on', async () => {
    let left = 3;
    const { bench } = await listOf(64, async ({ cursor }) => (cursor !== null && left-- > 0 ? empty : undefined));
    expect(await bench.sync()).toMatchObject({ status: 'done', written: 64 });
    await bench.equalsApi();
  });
});

describe('a circle', () => {
  test('of a page repeated once by a glitch is got over', async () => {
    const { bench } = await listOf(64, async ({ number, other }) => (number === 1 ? other(null) : undefined));
    expect(await bench.sync()).toMatchObject({ status: 'done', written: 64, outOfOrder: false });
    await bench.equalsApi();
  });

  test('of a page repeated once is got over although all its payments have one time', async () => {
    const { api, bench } = await listOf(34, async ({ number, other }) => (number === 1 ? other(null) : undefined));
    for (const { id } of [...api.all()]) api.edit(id as string, { createdAt: new Date(today).toISOString() });
    expect(await bench.sync()).toMatchObject({ status: 'done', written: 34, outOfOrder: false });
    await bench.equalsApi();
  });

  test('of an API that ignores the cursor is a TerminalError', async () => {
    const { bench } = await listOf(64, async ({ other }) => other(null));
    const summary = await bench.sync();
    expect(summary).toMatchObject({ status: 'failed', error: { name: 'TerminalError' } });
    expect(summary.error?.message).toMatch(/^checkout_page: .*cursor .*request /);
    expect(await bench.state()).toMatchObject({ phase: 'running' });
  });

  test('over several pages is a TerminalError', async () => {
    const heads: string[] = [];
    const { bench } = await listOf(64, async ({ cursor, other }, own) => {
      const page = await own();
      const last = String(page.data.at(-1)?.id);
      if (cursor === null) heads.push(last);
      // Behind the third page the list begins again, from whichever of its records is asked.
      const oldest = (await other(heads[0] as string)).data.at(-1)?.id;
      const third = await other(oldest as string);
      return cursor !== null && third.data.some(({ id }) => id === cursor) ? other(null) : page;
    });
    const summary = await bench.sync();
    expect(summary).toMatchObject({ status: 'failed', error: { name: 'TerminalError' } });
    expect(summary.error?.message).toMatch(/^checkout_page: .*cursor .*request /);
  });

  test('in a list that is out of order is a TerminalError too', async () => {
    const { bench } = await listOf(64, async ({ number, other }, own) => {
      const page = number % 4 === 3 ? await other(null) : await own();
      return { ...page, data: page.data.toSpliced(0, 2, page.data[1] ?? {}, page.data[0] ?? {}) };
    });
    const summary = await bench.sync();
    expect(summary).toMatchObject({ status: 'failed', error: { name: 'TerminalError' } });
    expect(summary.error?.message).toMatch(/^checkout_page: the cursors go in a circle \(cursor .*request /);
    expect(await bench.about()).toMatchObject({ outOfOrder: true });
  });
});

describe('a list declared newest first that is not', () => {
  const oldestInPage: Doctor = async ({ number }, own) => {
    if (number !== 1) return undefined;
    const page = await own();
    const [first, second, ...rest] = page.data;
    return { ...page, data: [second ?? {}, first ?? {}, ...rest].reverse() };
  };

  test('is read to its end, says so, and is remembered for the next sync', async () => {
    const { api, bench } = await listOf(160, undefined, { months: 4 });
    await bench.sync();
    // An old payment says that it is new: it stands far behind the boundary.
    const old = api.record(5)?.id as string;
    api.edit(old, { createdAt: new Date(today).toISOString() });
    expect(await bench.sync()).toMatchObject({ status: 'done', outOfOrder: false, written: 0 });
    const head = [...api.all()][3]?.id as string;
    api.edit(head, { createdAt: new Date(today + 5_000).toISOString() });
    const summary = await bench.sync();
    expect(summary).toMatchObject({ status: 'done', outOfOrder: true, pages: 16, written: 2 });
    expect(bench.logs.join('\n')).toContain('declared newest first and is not: it is read to its end');
    expect(await bench.about()).toMatchObject({ outOfOrder: true });
    expect(await bench.sync()).toMatchObject({ status: 'done', outOfOrder: true, pages: 16 });
  });

  test('inside a page only', async () => {
    const { bench } = await listOf(64, oldestInPage);
    expect(await bench.sync()).toMatchObject({ status: 'done', written: 64, outOfOrder: true });
    await bench.equalsApi();
  });

  test('only where two pages meet', async () => {
    const { api, bench } = await listOf(64);
    const all = [...api.all()];
    // The first of the second page is newer than the last of the first.
    api.edit(all[10]?.id as string, { createdAt: all[9]?.createdAt });
    api.edit(all[9]?.id as string, { createdAt: all[11]?.createdAt });
    expect(await bench.sync()).toMatchObject({ status: 'done', written: 64, outOfOrder: true });
    await bench.equalsApi();
  });

  test('equal times are in order', async () => {
    const { api, bench } = await listOf(64);
    const all = [...api.all()];
    for (const payment of all.slice(8, 13)) api.edit(payment.id as string, { createdAt: all[8]?.createdAt });
    expect(await bench.sync()).toMatchObject({ status: 'done', written: 64, outOfOrder: false });
  });
});
