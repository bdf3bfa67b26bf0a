import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { type Asked, doctored, type ListBody } from '../../support/doctored-answers.ts';
import { historyRows } from '../../support/history-rows.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { closeBenches, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';

const instance = withPagesOf(10, checkoutPageInstance);
const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

/** A list of 64 payments; `before` may change it before the answer to each request, or the answer itself. */
async function changing(
  before: (api: SampleApi, asked: Asked, own: () => Promise<ListBody>) => Promise<ListBody | undefined>,
) {
  const api: SampleApi = await doctored(
    (more) => startCheckoutPage({ payments: 64, months: 2, now: () => today, ...more }),
    'starting_after',
    (asked, own) => before(api, asked, own),
  );
  opened.push(api);
  return { api, bench: await syncBench(api, instance) };
}

test('payments that come at the head while it is read are neither lost nor a false alarm of the total', async () => {
  const { api, bench } = await changing(async (list, { number }) => {
    if (number < 5) list.addPayments(3);
    return undefined;
  });
  const first = await bench.sync();
  expect(first).toMatchObject({ status: 'done', written: 67, total: { api: 79, seen: 79 } });
  expect(bench.logs.join('\n')).not.toContain('"warn"');
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 12 });
  expect(api.total).toBe(79);
  await bench.equalsApi();
});

test('payments removed while it is read make no false alarm', async () => {
  const { api, bench } = await changing(async (list, { number }) => {
    if (number === 3) for (const index of [60, 55, 20, 10]) list.remove(list.record(index)?.id as string);
    return undefined;
  });
  expect(await bench.sync()).toMatchObject({ status: 'done', total: { api: 60 } });
  expect(bench.logs.join('\n')).not.toContain('"warn"');
  const held = await bench.records();
  for (const { id } of api.all()) expect(held.has(id as string)).toBe(true);
});

test('a total that is short is said, and remembered', async () => {
  const { bench } = await changing(async (_, { url }, own) =>
    url.searchParams.has('status') ? undefined : { ...(await own()), total: 66 },
  );
  expect(await bench.sync()).toMatchObject({ status: 'done', total: { api: 66, seen: 64 } });
  expect(bench.logs.join('\n')).toContain('the API counts 66 payments, the list gave 64');
  expect((await bench.about()).total).toEqual({ api: 66, seen: 64, verdict: 'short', short: {}, at: today });
});

test('a nightly that reads back to its boundary compares no total', async () => {
  const { bench } = await changing(async () => undefined);
  expect((await bench.sync()).total).toMatchObject({ api: 64, seen: 64, verdict: 'right' });
  expect((await bench.sync()).total).toBeNull();
});

/** Other content, and fewer rows in the child tables. */
const changed = { locale: 'changed', fields: [], variants: [], taxBreakdown: [], fees: [] };

test('a payment changed while it is read, met again with other content, is shown as it was met last', async () => {
  const { api, bench } = await changing(async (list, { number, other }, own) => {
    if (number !== 2) return undefined;
    const again = (await other(null)).data.slice(0, 1);
    const id = again[0]?.id as string;
    list.edit(id, changed);
    const page = await own();
    return { ...page, data: page.data.toSpliced(1, 0, { ...again[0], ...changed }) };
  });
  const first = await bench.sync();
  // Its page ends a load, so that both versions are kept.
  expect(first).toMatchObject({ status: 'done', written: 65, records: 65 });
  await bench.equalsApi();
  expect(api.total).toBe(64);
});

test('what another sync writes while a list is read is not written again', async () => {
  let other: Promise<unknown> | undefined;
  const { bench } = await changing(async (_, { number }) => {
    if (number === 5) other = bench.sync({ scope: { mode: 'backfill' } });
    if (number === 5) await other;
    return undefined;
  });
  const first = await bench.sync();
  expect(await other).toMatchObject({ status: 'done', written: 64 });
  expect(first).toMatchObject({ status: 'done', written: 0, unchanged: 64 });
  expect(await historyRows(bench)).toHaveLength(64);
});

test('a payment met again unchanged, on another page or on its own, is written once', async () => {
  const { bench } = await changing(async (_, { number, other }, own) => {
    const page = await own();
    if (number === 1) return { ...page, data: [...page.data.slice(0, 2), ...page.data] };
    if (number === 3) return { ...page, data: [page.data[0] ?? {}, ...(await other(null)).data, ...page.data] };
    return undefined;
  });
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 64, records: 77 });
  await bench.equalsApi();
});

test.each([
  ['the greater updatedAt', ['2026-06-30T12:00:00.000Z', '2026-06-30T11:00:00.000Z'], 'first'],
  ['of equal ones the later', ['2026-06-30T12:00:00.000Z', '2026-06-30T12:00:00.000Z'], 'second'],
  ['any before none', ['2026-06-30T12:00:00.000Z', null], 'first'],
] as const)('of a payment that stands twice in one page, %s wins', async (_rule, [first, second], winner) => {
  const { bench } = await changing(async (_, { cursor }, own) => {
    if (cursor !== null) return undefined;
    const page = await own();
    const [payment, ...rest] = page.data;
    return {
      ...page,
      data: [
        { ...payment, locale: 'first', updatedAt: first },
        { ...payment, locale: 'second', updatedAt: second },
        ...rest,
      ],
    };
  });
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 64, records: 65 });
  const [id] =
    [...(await bench.records())].find(([, record]) => (record as { locale: string }).locale === winner) ?? [];
  expect(id).toBeDefined();
});
