import { copyFileSync } from 'node:fs';
import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { statuses } from '../../../lambdas/sources/shared-shape.ts';
import { allPaymentsView, paymentsView } from '../../../lambdas/warehouse/payments-view.ts';
import {
  answerOf,
  april,
  bothInstances,
  type Cells,
  checkoutPageInstance,
  commetInstance,
  emptyFolder,
  march,
  marketStallInstance,
  writeFile,
} from '../../support/lake-builder.ts';

const shape = [
  ...['source VARCHAR', 'instance VARCHAR', 'payment_id VARCHAR', 'customer_id VARCHAR', 'customer_email VARCHAR'],
  ...['status VARCHAR', 'source_status VARCHAR', 'currency VARCHAR'],
  ...['amount_total BIGINT', 'amount_net_of_tax BIGINT', 'tax_amount BIGINT', 'amount_paid BIGINT'],
  ...['amount_total_major DECIMAL(38,4)', 'amount_net_of_tax_major DECIMAL(38,4)', 'tax_amount_major DECIMAL(38,4)'],
  ...['amount_paid_major DECIMAL(38,4)', 'provider VARCHAR', 'method VARCHAR', 'country VARCHAR', 'livemode BOOLEAN'],
  ...['refunded_since TIMESTAMP', 'created_at TIMESTAMP', 'updated_at TIMESTAMP', 'deleted BOOLEAN', 'month VARCHAR'],
];

const commetPayments = (dir: string, loadId: string, ...rows: Cells[]) =>
  writeFile(dir, commetInstance, 'payments', loadId, rows.map(live));
const pagePayments = (dir: string, loadId: string, ...rows: Cells[]) =>
  writeFile(dir, checkoutPageInstance, 'payments', loadId, rows.map(live));
const live = (row: Cells): Cells => ({ livemode: true, ...row });

const rowsOf = async (dir: string, sql: string) => (await answerOf(dir, bothInstances, sql)).rows;

test('payments of all instances stand in one shape, each under its own source and instance', async () => {
  const dir = emptyFolder();
  const second = { name: 'second_store', source: checkoutPage };
  const [at, changed] = ['2026-03-10 12:00:00.000', '2026-04-10 12:00:00.000'];
  const same = { customer_id: 'c', currency: 'eur', tax_amount: 19, updated_at: april };
  await commetPayments(dir, 'l1', {
    ...{ payment_id: 'a', status: 'succeeded', amount_total: 119, amount_subtotal: 100, provider: 'stripe', ...same },
  });
  const paid = { status: 'paid', customer_email: 'a@b.example', billing_address_country: 'DE', ...same };
  const card = { payment_method_gateway: 'stripe', payment_method_method: 'card' };
  const amounts = { amount: 119, amount_excluding_tax: 100, amount_paid: 118 };
  await pagePayments(dir, 'l1', { payment_id: 'b', _deleted_at: march, ...paid, ...card, ...amounts });
  await writeFile(dir, second, 'payments', 'l1', [live({ payment_id: 'b', amount: -5, status: 'draft' })]);
  await writeFile(dir, marketStallInstance, 'payments', 'l1', [
    { payment_id: 'm', sum_total: 7, sum_currency: 'EUR', state: 'void', is_live: true, times_made: march },
  ]);
  const lake = [...bothInstances, second, marketStallInstance];
  const { columns, rows } = await answerOf(dir, lake, 'SELECT * FROM payments ORDER BY instance');
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual(shape);
  expect(rows).toEqual([
    [
      ...['checkout_page', 'checkout_page', 'b', 'c', 'a@b.example', 'paid', 'paid', 'EUR', 119n, 100n, 19n, 118n],
      ...['1.1900', '1.0000', '0.1900', '1.1800', 'stripe', 'card', 'DE', true, null, at, changed, true, '2026-03'],
    ],
    [
      ...['commet', 'commet', 'a', 'c', null, 'paid', 'succeeded', 'EUR', 119n, 100n, 19n, 119n],
      ...['1.1900', '1.0000', '0.1900', '1.1900', 'stripe', null, null, true, null, at, changed, false, '2026-03'],
    ],
    [
      ...['market_stall', 'market_stall', 'm', null, null, 'canceled', 'void', 'EUR', 7n, null, null, null],
      ...['0.0700', null, null, null, null, null, null, true, null, at, null, false, '2026-03'],
    ],
    [
      ...['checkout_page', 'second_store', 'b', null, null, 'draft', 'draft', null, -5n, null, null, null],
      ...[null, null, null, null, null, null, null, true, null, at, null, false, '2026-03'],
    ],
  ]);
});

test('payments holds the live ones, payments_all the test ones too, and those that do not say', async () => {
  const dir = emptyFolder();
  await commetPayments(dir, 'l1', ...[true, false, null].map((livemode) => ({ payment_id: `${livemode}`, livemode })));
  expect(await rowsOf(dir, 'SELECT payment_id FROM payments')).toEqual([['true']]);
  expect((await rowsOf(dir, 'SELECT payment_id FROM payments_all ORDER BY 1')).flat()).toEqual([
    'false',
    'null',
    'true',
  ]);
});

test('a payment is live or not as its newest version says', async () => {
  const dir = emptyFolder();
  await commetPayments(dir, 'l1', { payment_id: 'a', livemode: true });
  await commetPayments(dir, 'l2', { payment_id: 'a', livemode: false });
  expect(await rowsOf(dir, 'SELECT payment_id FROM payments')).toEqual([]);
});

test("every documented status is one of the vocabulary, another word is null beside the source's own", async () => {
  const dir = emptyFolder();
  const all = [...Object.keys(checkoutPage.statuses), 'Paid', 'chargeback'];
  await pagePayments(dir, 'l1', ...[...all, null].map((status, at) => ({ payment_id: `p${at}`, status })));
  const rows = await rowsOf(dir, 'SELECT source_status, status FROM payments');
  expect(new Map(rows as [string, string][])).toEqual(
    new Map<string | null, string | null>([
      ...Object.entries(checkoutPage.statuses),
      ...(['Paid', 'chargeback', null] as const).map((word) => [word, null] as const),
    ]),
  );
  expect(new Set(rows.map(([, status]) => status)).size).toBe(statuses.length);
});

test('Commet tells no amount paid: it is the total once paid, 0 before, null for a word not known', async () => {
  const dir = emptyFolder();
  const words = ['succeeded', 'processing', 'failed', 'new_word'];
  await commetPayments(dir, 'l1', ...words.map((status) => ({ payment_id: status, status, amount_total: 500 })));
  const rows = await rowsOf(dir, 'SELECT source_status, amount_paid FROM payments');
  expect(Object.fromEntries(rows)).toEqual({ succeeded: 500n, processing: 0n, failed: 0n, new_word: null });
});

describe('refunded_since', () => {
  const day = 86_400_000;
  const dayOf = (days: number) => `${new Date(april + days * day).toISOString().slice(0, 23).replace('T', ' ')}`;
  const cases: readonly (readonly [string, (string | null)[], string | null])[] = [
    ['is null for a payment never seen refunded', ['pending', 'paid'], null],
    ['is when it was first seen refunded', ['paid', 'refunded', 'refunded'], dayOf(1)],
    ['is the first sight of a payment that was refunded from the start', ['refunded'], dayOf(0)],
    ['counts from a refund in part', ['paid', 'partial_refund', 'refunded'], dayOf(1)],
    ['is null once it is refunded no more', ['paid', 'refunded', 'paid'], null],
    ['begins anew after a time of not being refunded', ['refunded', 'paid', null, 'refunded'], dayOf(3)],
  ];
  const since = new Map<unknown, unknown>();
  beforeAll(async () => {
    const dir = emptyFolder();
    for (const at of [0, 1, 2, 3]) {
      const seen = { _loaded_at: april + at * day, _version_at: april + at * day };
      const seenNow = cases.filter(([, words]) => at < words.length);
      await pagePayments(
        dir,
        `l${at}`,
        ...seenNow.map(([id, words]) => ({ payment_id: id, status: words[at] ?? null, ...seen })),
      );
    }
    for (const [id, at] of await rowsOf(dir, 'SELECT payment_id, refunded_since FROM payments')) since.set(id, at);
  });

  test.each(cases)('%s', (id, _, expected) => {
    expect(since.get(id)).toBe(expected);
  });

  test('is the same with any file present twice', async () => {
    const dir = emptyFolder();
    for (const [at, status] of ['paid', 'refunded'].entries()) {
      const file = await pagePayments(dir, `l${at}`, { payment_id: 'a', status, _loaded_at: april + at * day });
      copyFileSync(file, file.replace('.parquet', '-again.parquet'));
    }
    expect(await rowsOf(dir, 'SELECT refunded_since FROM payments')).toEqual([[dayOf(1)]]);
  });
});

test('of two payments changed in the same millisecond each shows the version that was loaded last, every time', async () => {
  const versions = ['paid', 'refunded', 'partial_refund'];
  const answers = new Set<string>();
  for (const order of [
    [0, 1, 2],
    [2, 0, 1],
    [1, 2, 0],
  ]) {
    const dir = emptyFolder();
    for (const at of order) {
      const status = versions[at] as string;
      // One millisecond for everything but the load.
      const same = { status, amount: at, updated_at: april, _version_at: april, _loaded_at: april };
      await pagePayments(dir, `l${at}`, { payment_id: 'a', ...same }, { payment_id: 'b', ...same });
    }
    const sql = 'SELECT payment_id, source_status, amount_total FROM payments ORDER BY 1';
    answers.add(
      JSON.stringify(await rowsOf(dir, sql), (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    );
  }
  expect([...answers]).toEqual(['[["a","partial_refund","2"],["b","partial_refund","2"]]']);
});

test('a payment of 23:30 UTC on the last of a month lies in that month, in any time zone', async () => {
  const dir = emptyFolder();
  await commetPayments(dir, 'l1', { payment_id: 'a', created_at: Date.UTC(2026, 2, 31, 23, 30) });
  for (const zone of ['UTC', 'America/New_York', 'Asia/Tokyo']) {
    const sql = `SET TimeZone = '${zone}'; SELECT month, created_at FROM payments WHERE created_at < '2026-04-01'`;
    expect(await rowsOf(dir, sql)).toEqual([['2026-03', '2026-03-31 23:30:00.000']]);
  }
});

test('without an instance it has every column, typed, and no row', async () => {
  const { columns, rows } = await answerOf(emptyFolder(), [], 'SELECT * FROM payments');
  expect({ columns: columns.map(({ name, type }) => `${name} ${type}`), rows }).toEqual({ columns: shape, rows: [] });
});

test('each engine is told the types in its own words, and the same SQL otherwise', () => {
  const [trino, duckdb] = (['trino', 'duckdb'] as const).map((engine) => allPaymentsView(bothInstances, engine).sql);
  expect(trino).toContain('CAST(NULL AS timestamp(3)) AS "refunded_since"');
  const inTheirWords = (sql = '') => sql.toUpperCase().replaceAll('TIMESTAMP(3)', 'TIMESTAMP');
  expect(inTheirWords(trino)).toBe(inTheirWords(duckdb));
});

test('the columns they declare are the columns they select', () => {
  for (const { columns } of [allPaymentsView(bothInstances, 'trino'), paymentsView()]) {
    expect(columns.map(({ name }) => name)).toEqual(shape.map((column) => column.split(' ')[0]));
  }
});
