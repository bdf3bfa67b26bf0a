import type { Collected } from '../../report/collect.ts';
import { pageHtml } from '../../report/page.ts';
import type { Row } from '../../report/section.ts';
import { parts, reportQueries } from '../../report/sections.ts';
import { bothInstances } from '../support/lake-builder.ts';

const now = Date.UTC(2026, 6, 15, 12);
const subject = { instances: bothInstances, now };

/** A page of these answers; a section that is not given answered no row. */
function pageOf(given: Readonly<Record<string, readonly Row[]>>, of = 'the lake ./lake'): string {
  const answers = new Map(
    reportQueries(subject).map(({ name, sql }): [string, Collected] => [name, { sql, rows: given[name] ?? [] }]),
  );
  return pageHtml({ ...subject, of, answers });
}

const sectionOf = (page: string, id: string): string =>
  page.split('<section ').find((text) => text.includes(`id="${id}"`)) ?? '';

const hostile = '</script></title><img src=x onerror=alert(1)>"\' {b} {a|c}\u0000\ud800';

test('every query has a name of its own, a text of its own, and no end', () => {
  const queries = reportQueries(subject);
  expect(new Set(queries.map(({ name }) => name)).size).toBe(queries.length);
  expect(queries.filter(({ sql }) => !sql.startsWith('SELECT') || sql.includes(';'))).toEqual([]);
  expect(parts.flatMap(({ sections }) => sections)).toHaveLength(queries.length);
});

test('an empty lake gives a page that says so, every section with what is not there', () => {
  const page = pageOf({});
  expect(page).toContain('There is no payment here yet: payments-lake sync reads them.');
  for (const { id, empty } of parts.flatMap(({ sections }) => sections)) {
    if (id !== 'freshness') expect(sectionOf(page, id)).toContain(empty);
  }
  expect(page).not.toContain('<svg');
});

test('a lake of test payments only says that they are left out', () => {
  const held = { instance: 'commet', live: '0', test: '1200', newest_payment: null, last_load: null };
  expect(pageOf({ freshness: [held] })).toContain('all 1,200 are');
});

test('whatever comes from outside is text: names, countries, currencies, errors, the name of the lake', () => {
  const page = pageOf(
    {
      revenue: [{ month: '2026-07', currency: hostile, payments: 1n, revenue: '1.0000' }],
      status: [{ status: hostile, instance: hostile, payments: 1n }],
      tax: [{ country: hostile, currency: hostile, payments: 1n, tax: '1.0000' }],
      fees: [{ name: hostile, currency: 'USD', payments: 1n, fees: '1.0000' }],
      syncs: [{ instance: hostile, mode: 'incremental', finished: '2026-07-15 12:00:00.000', error: hostile }],
      drift: [{ path: hostile, table_name: hostile, kind: hostile, json_type: hostile, occurrences: 1n }],
    },
    hostile,
  );
  expect(page).not.toMatch(/<img|<script/i);
  expect(page.match(/<\/title>/g)?.length).toBe((page.match(/<title/g) ?? []).length);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(page).not.toMatch(/\u0000/);
  expect(page.isWellFormed()).toBe(true);
  expect(page).toContain('&lt;/script&gt;&lt;/title&gt;&lt;img src=x onerror=alert(1)&gt;');
});

test('nothing may be fetched and no script may run: the policy says so, and nothing is there that would', () => {
  const page = pageOf({ revenue: [{ month: '2026-07', currency: 'EUR', payments: 1n, revenue: '1.0000' }] });
  expect(page).toMatch(/Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/=]+';/);
  expect(page).not.toMatch(/<script|<link|<iframe|<img| style="|url\(|@import|\bon\w+="/);
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
});

test('each currency has a chart of its own, and amounts with as many decimals as the currency has', () => {
  const of = (currency: string, revenue: string | null, payments = 2n) => ({
    month: '2026-06',
    currency,
    payments,
    revenue,
  });
  const page = pageOf({
    revenue: [of('EUR', '1234567.5000'), of('JPY', '9007199254740991.0000'), of('KWD', '-1.2345'), of('XAU', null)],
  });
  const revenue = sectionOf(page, 'revenue');
  expect([...revenue.matchAll(/<title id="([\w-]+)-wide-title">/g)].map(([, id]) => id)).toEqual([
    'revenue-eur',
    'revenue-jpy',
    'revenue-kwd',
  ]);
  for (const amount of ['EUR 1,234,567.50', 'JPY 9,007,199,254,740,991<', 'KWD −1.2345', '>–</td>']) {
    expect(revenue).toContain(amount);
  }
});

test('taxes and fees of a currency that is not known are figures without a chart', () => {
  const of = (currency: string, amount: string | null) => ({ currency, payments: 2n, tax: amount, fees: amount });
  const rows = [of('EUR', '19.0000'), of('XAU', null)];
  const page = pageOf({ tax: rows, fees: rows });
  for (const id of ['tax', 'fees']) {
    const charts = [...sectionOf(page, id).matchAll(/<title id="([\w-]+)-wide-title">/g)].map(([, chart]) => chart);
    expect(charts).toEqual([`${id}-eur`]);
    expect(sectionOf(page, id)).toMatch(/in XAU by (country|name)<\/caption>/);
  }
});

test('months without a payment are bars of nothing, not left out', () => {
  const of = (month: string) => ({ month, new_customers: 3n, returning_customers: 1n });
  const rows = sectionOf(pageOf({ customers: [of('2025-11'), of('2026-02')] }), 'customers').match(
    /scope="row"[^<]*<\/th>/g,
  );
  expect(rows?.map((cell) => cell.slice(-12, -5))).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
});

test('of more accounts than there are colours the smallest count together', () => {
  const rows = Array.from({ length: 9 }, (_, at) => ({
    status: 'paid',
    instance: `shop_${at}`,
    payments: BigInt(90 - at),
  }));
  const legend = sectionOf(pageOf({ status: rows }), 'status').match(/<ul class="legend">.*?<\/ul>/s)?.[0] ?? '';
  expect(legend.match(/<li>/g)).toHaveLength(6);
  expect(legend).toContain('others');
});

test('every chart has a name, a description, its figures, and the SQL of its section', () => {
  const page = pageOf({
    status: [{ status: 'paid', instance: 'commet', payments: 5n }],
    tax: [{ country: 'DE', currency: 'EUR', payments: 1n, tax: '19.0000' }],
  });
  expect(page.match(/<svg /g)).toHaveLength(4);
  for (const [svg] of page.matchAll(/<svg [^>]*>/g)) {
    for (const attribute of ['aria-labelledby', 'aria-describedby']) {
      const id = new RegExp(`${attribute}="([\\w-]+)"`).exec(svg)?.[1];
      expect(page.split(` id="${id}"`)).toHaveLength(2);
    }
  }
  expect(sectionOf(page, 'tax')).toContain('<caption>Tax in EUR by country</caption>');
  expect(sectionOf(page, 'tax')).toContain('sum(line.tax_amount_major) AS tax');
});
