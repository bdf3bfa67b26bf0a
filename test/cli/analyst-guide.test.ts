import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { guideInstances, makeGuideLake } from '../../cli/guide-lake.ts';
import { type AnsweredQuestion, answerQuestions, guideMarkdown } from '../../cli/guide-markdown.ts';
import { currencyExponents } from '../../lambdas/warehouse/currency-exponents.ts';
import { dictionary } from '../../lambdas/warehouse/dictionary.ts';
import { type LakeQuery, openLakeQuery } from '../../local/lake-query.ts';
import type { Payment } from '../../local/sample-apis/sample-api.ts';
import { emptyFolder } from '../support/lake-builder.ts';

const dir = emptyFolder();
let atTheApis: readonly Payment[];
let lake: LakeQuery;
let answered: readonly AnsweredQuestion[];
beforeAll(async () => {
  atTheApis = await makeGuideLake(dir);
  lake = await openLakeQuery(dir, guideInstances);
  answered = await answerQuestions(lake);
});
afterAll(() => {
  lake.close();
  rmSync(dirname(dir), { recursive: true, force: true });
});

function answerTo(title: string): AnsweredQuestion['rows'] {
  const found = answered.find((question) => question.title.includes(title));
  if (!found) throw new Error(`no question ${title}`);
  return found.rows;
}

test('docs/analyst-guide.md is what npm run dictionary writes, answers and all', () => {
  const written = readFileSync(join(__dirname, '..', '..', 'docs', 'analyst-guide.md'), 'utf8');
  expect(guideMarkdown(answered).split('\n')).toEqual(written.split('\n'));
});

test('there are ten questions, each with an answer, its order without ties, and its traps', () => {
  expect(answered).toHaveLength(10);
  for (const { sql, traps, columns, rows } of answered) {
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.length).toBeLessThan(25);
    expect(columns.length).toBeGreaterThan(3);
    expect(sql).toMatch(/\nORDER BY /);
    expect(traps.length).toBeGreaterThan(2);
  }
});

test('every example of the dictionary has an answer here; nothing is undeclared, so drift has none', async () => {
  const silent: string[] = [];
  for (const { database, name, example } of dictionary(guideInstances)) {
    if ((await lake.run(example.sql)).rows.length === 0) silent.push(`${database}.${name}`);
  }
  expect(silent).toEqual(['payments_lake.drift', 'payments_lake_history.drift']);
});

test('the revenue is what the APIs sell', () => {
  const sums = new Map<string, bigint>();
  for (const payment of atTheApis) {
    const month = String(payment.createdAt).slice(0, 7);
    const isSold = ['paid', 'succeeded', 'partial_refund'].includes(String(payment.status));
    if (!isSold || payment.livemode !== true || !['2026-05', '2026-06'].includes(month)) continue;
    const currency = String(payment.currency).toUpperCase();
    const net = BigInt(Number(payment.amountSubtotal ?? payment.amountExcludingTax));
    const exponent = currencyExponents.find(({ currencies }) => currencies.includes(currency))?.exponent ?? Number.NaN;
    const key = `${month} ${currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + net * 10n ** BigInt(4 - exponent));
  }
  const rows = answerTo('net of tax');
  const told = rows.map(([month, currency, , , , net]) => [`${month} ${currency}`, String(net).replace('.', '')]);
  expect(told).toEqual([...sums].sort().map(([key, net]) => [key, String(net)]));
});

test('what changed, what was refunded and what differs is what happened at the APIs', () => {
  const happened = new Map<string, number>();
  for (const { orderId, createdAt, updatedAt, status, livemode } of atTheApis) {
    if (String(updatedAt) < '2026-07-01T12' || livemode !== true) continue;
    const isNew = String(createdAt) >= '2026-07-01T12';
    const key = `${orderId ? 'checkout_page' : 'commet'} ${isNew ? 'new' : 'changed'} ${status}`;
    happened.set(key, (happened.get(key) ?? 0) + 1);
  }
  expect([...happened.keys()].sort()).toEqual(
    expect.arrayContaining(['checkout_page changed partial_refund', 'checkout_page changed refunded']),
  );
  const changed = answerTo('What changed since yesterday').map(([instance, was, status, payments]) => [
    `${instance} ${was === '(new)' ? 'new' : 'changed'} ${status}`,
    Number(payments),
  ]);
  expect(changed.sort()).toEqual([...happened].sort());
  const refunds = answerTo('What was refunded');
  const total = (column: number) => refunds.reduce((sum, row) => sum + Number(row[column]), 0);
  expect(total(2)).toBe(happened.get('checkout_page changed refunded'));
  expect(total(4)).toBe(happened.get('checkout_page changed partial_refund'));
  const differing = answerTo('agree with the API');
  expect(differing.map(([instance, status, , , difference]) => [instance, status, Number(difference)])).toEqual([
    ['checkout_page', 'paid', -1],
    ['checkout_page', null, -1],
    ['commet', null, 0],
  ]);
});

test('what the books said is what the first night loaded, whatever came after', async () => {
  const then = answerTo('What did the books say');
  const { rows: now } = await lake.run(
    `SELECT status, upper(currency), count(*), sum(amount) FROM checkout_page_payments
     WHERE month = '2026-06' AND livemode AND status IN ('paid', 'refunded', 'partial_refund')
       AND upper(currency) IN ('EUR', 'USD') GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  expect(now).not.toEqual(then);
  const count = (rows: AnsweredQuestion['rows'], ...statuses: string[]) =>
    rows.filter(([status]) => statuses.includes(String(status))).reduce((sum, row) => sum + Number(row[2]), 0);
  expect(count(then, 'refunded', 'partial_refund')).toBeLessThan(count(now, 'refunded', 'partial_refund'));
});
