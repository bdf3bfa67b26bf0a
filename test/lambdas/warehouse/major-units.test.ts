import { allViews } from '../../../lambdas/warehouse/all-views.ts';
import { currencyExponents } from '../../../lambdas/warehouse/currency-exponents.ts';
import { glueColumns, glueCommentLimit } from '../../../lambdas/warehouse/glue-columns.ts';
import { answerOf, bothInstances, commetInstance, emptyFolder, writeFile } from '../../support/lake-builder.ts';

const largest = 9007199254740991;

/** An amount of the currency, and what the view makes of it in major units. */
const cases: readonly (readonly [number | null, string | null, string | null])[] = [
  [1999, 'USD', '19.9900'],
  [1999, 'eur', '19.9900'],
  [1999, 'Gbp', '19.9900'],
  [1999, 'JPY', '1999.0000'],
  [1999, 'krw', '1999.0000'],
  [1999, 'KWD', '1.9990'],
  [1999, 'tnd', '1.9990'],
  // Where Stripe departs from ISO 4217.
  [500, 'ISK', '5.0000'],
  [500, 'UGX', '5.0000'],
  [500, 'MGA', '500.0000'],
  // HUF and TWD have no decimals in payouts only.
  [1045, 'HUF', '10.4500'],
  [80045, 'TWD', '800.4500'],
  [largest, 'USD', '90071992547409.9100'],
  [-largest, 'USD', '-90071992547409.9100'],
  [largest, 'JPY', '9007199254740991.0000'],
  [largest, 'BHD', '9007199254740.9910'],
  [-1, 'EUR', '-0.0100'],
  [0, 'EUR', '0.0000'],
  [null, 'EUR', null],
  [1999, 'XAU', null],
  [1999, 'IQD', null],
  [1999, 'EURO', null],
  [1999, ' EUR', null],
  [1999, '', null],
  [1999, null, null],
];

test('an amount in the major unit is exact, and null for a currency that is not known', async () => {
  const dir = emptyFolder();
  await writeFile(
    dir,
    commetInstance,
    'payments',
    'l1',
    cases.map(([amount, currency], at) => ({ payment_id: `${at}`, livemode: true, amount_total: amount, currency })),
  );
  const sql = 'SELECT amount_total_major FROM payments ORDER BY CAST(payment_id AS INTEGER)';
  const { rows } = await answerOf(dir, bothInstances, sql);
  expect(rows.map(([major], at) => [cases[at]?.[0], cases[at]?.[1], major])).toEqual(cases);
});

test('a sum of major units is a decimal, to the last digit', async () => {
  const dir = emptyFolder();
  const rows = Array.from({ length: 1000 }, (_, at) => ({
    payment_id: `${at}`,
    livemode: true,
    amount_total: largest,
  }));
  await writeFile(
    dir,
    commetInstance,
    'payments',
    'l1',
    rows.map((row) => ({ ...row, currency: 'USD' })),
  );
  const { columns, rows: answer } = await answerOf(dir, bothInstances, 'SELECT sum(amount_total_major) FROM payments');
  expect(columns[0]?.type).toBe('DECIMAL(38,4)');
  expect(answer).toEqual([['90071992547409910.0000']]);
});

test('a currency stands in the table once, as three capitals', () => {
  const codes = currencyExponents.flatMap(({ currencies }) => currencies);
  expect(codes.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
  expect(new Set(codes).size).toBe(codes.length);
});

test('all that the views say of their columns fits a Glue comment', () => {
  for (const { meaning, columns } of allViews(bothInstances, 'trino')) {
    expect(meaning).toMatch(/^\S.{0,253}\S$/);
    for (const { comment } of glueColumns(columns)) expect(comment.length).toBeLessThanOrEqual(glueCommentLimit);
  }
});
