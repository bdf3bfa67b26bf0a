import { savedQueries } from '../../infra/saved-queries.ts';
import type { ColumnType } from '../../lambdas/sources/column.ts';
import { textLiteral } from '../../lambdas/warehouse/sql.ts';
import { bothInstances } from '../support/lake-builder.ts';
import { filters, joins, times } from './analyst-queries.ts';
import { type Engines, expectSameAnswer, openEngines } from './engines.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await openEngines('hostile');
});
afterAll(() => engines.close());

const zones = ['UTC', 'America/New_York'];

describe.each(zones)('a client in %s', (timeZone) => {
  beforeAll(() => engines.duckdb.run(`SET TimeZone = '${timeZone}'`));
  afterAll(() => engines.duckdb.run(`SET TimeZone = 'UTC'`));

  test.each(times)('$name', async ({ sql, ...forDuckDb }) => {
    await expectSameAnswer(engines, sql, { timeZone, ...forDuckDb });
  });
});

test.each([...filters, ...joins])('$name', async ({ sql, ...forDuckDb }) => {
  await expectSameAnswer(engines, sql, forDuckDb);
});

test('the battery finds something: all but a few questions have an answer', async () => {
  const all = [...filters, ...times, ...joins];
  const answers = await Promise.all(all.map(({ sql, forDuckDb = sql }) => engines.duck(forDuckDb)));
  const without = all.filter((_, index) => answers[index]?.rows.length === 0).map(({ name }) => name);
  expect(without).toEqual(['payments whose month is not that of created_at']);
});

test('a payment at 23:30 UTC on the last of a month lies in that month', async () => {
  const sql = `SELECT DISTINCT month FROM payments_all WHERE created_at = TIMESTAMP '2026-03-31 23:30:00'`;
  const { rows } = await expectSameAnswer(engines, sql, { timeZone: 'America/New_York' });
  expect(rows).toEqual(['["2026-03"]']);
});

test('of two versions of the same millisecond both engines show the one loaded later', async () => {
  const sql = `SELECT instance, source_status IS NULL AS without_status, currency, count(*) AS payments FROM payments_all WHERE updated_at = (SELECT max(updated_at) FROM payments_all WHERE currency = 'KWD' AND updated_at < TIMESTAMP '2027-01-01 00:00:00') GROUP BY 1, 2, 3`;
  const { rows } = await expectSameAnswer(engines, sql);
  expect(rows.map((row) => JSON.parse(row) as unknown[]).filter(([, , currency]) => currency === 'JPY')).not.toEqual(
    [],
  );
});

/** As many filters as one query takes without growing slow. */
const filtersPerQuery = 7;

/** A text as SQL; one call of chr() for each character would be too deep for Trino. */
const sqlText = (text: string): string =>
  text
    .split(/(\p{Cc})/u)
    .filter((part) => part !== '')
    .map((part) => (/^\p{Cc}$/u.test(part) ? `chr(${part.codePointAt(0)})` : textLiteral(part)))
    .join(' || ') || "''";

const literals: Readonly<Record<ColumnType, (value: string) => string>> = {
  text: sqlText,
  json: sqlText,
  boolean: String,
  integer: String,
  double: (value) => `CAST('${value}' AS double)`,
  instant: (value) => `TIMESTAMP '${value}'`,
};

test.each(bothInstances)('every column of the payments of $name, filtered by its greatest value', async (instance) => {
  const { columns } = instance.source.payments;
  const table = `${instance.name}_payments`;
  const greatest = columns.map(({ name }) => `max("${name}")::VARCHAR`);
  const { rows } = await engines.duck(`SELECT ${greatest.join(', ')} FROM ${table}`);
  const selects = columns.flatMap(({ name, type }, index) => {
    const value = rows[0]?.[index];
    if (typeof value !== 'string') return [];
    return [`SELECT '${name}' AS filtered, payment_id FROM ${table} WHERE "${name}" = ${literals[type](value)}`];
  });
  expect(selects.length).toBeGreaterThan(columns.length - 6);
  for (let from = 0; from < selects.length; from += filtersPerQuery) {
    const some = selects.slice(from, from + filtersPerQuery);
    const answer = await expectSameAnswer(engines, some.join('\nUNION ALL '));
    expect(new Set(answer.rows.map((row) => JSON.parse(row)[0])).size).toBe(some.length);
  }
});

/** The days of these lakes end with June 2026: without it, "the last 30 days" would hold nothing. */
const today = `date '2026-07-06'`;

/** What the saved queries use of Trino's words, in DuckDB's. */
const inDuckDbWords = (sql: string): string =>
  sql
    .replaceAll(/date_add\('(\w+)', -(\d+), (date '[\d-]+')\)/g, '($3 - INTERVAL $2 $1)')
    .replaceAll(/date_format\(/g, 'strftime(');

test.each(savedQueries(bothInstances.map(({ name }) => name)))('saved query: $name', async ({ sql }) => {
  const plain = sql.replace(/;\s*$/, '');
  await engines.trino(plain);
  const dated = plain.replaceAll('current_date', today);
  await expectSameAnswer(engines, dated, { forDuckDb: inDuckDbWords(dated) });
});
