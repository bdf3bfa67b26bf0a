import { textLiteral } from '../lambdas/warehouse/sql.ts';
import { anchor, currencyOf, grouped, mostCurrencies } from './currencies.ts';
import { firstShown } from './months.ts';
import { counted, drawn, money, words } from './numbers.ts';
import type { Section } from './section.ts';
import { number, text } from './table.ts';

const mostCountries = 10;

export const taxSection: Section = {
  id: 'tax',
  title: 'Tax by country',
  note: `Tax lines of the live payments that are paid (or refunded in part), of the last 13 months, by the country that levies the tax. Commet \
tells a payment's tax without a country, so its payments are not here.`,
  sql: ({ now }) => `SELECT line.country, line.currency, count(DISTINCT line.payment_id) AS payments,
  sum(line.tax_amount_major) AS tax
FROM tax_lines AS line
JOIN payments AS payment
  ON payment.instance = line.instance AND payment.payment_id = line.payment_id
  AND payment.month = line.month
WHERE payment.status IN ('paid', 'partially_refunded') AND NOT payment.deleted AND line.tax_amount <> 0
  AND line.month >= ${textLiteral(firstShown(now))} AND payment.month >= ${textLiteral(firstShown(now))}
GROUP BY line.country, line.currency
ORDER BY currency, tax DESC, country`,
  figures: (rows) =>
    grouped(rows, currencyOf).map(([currency, own], at) => {
      const title = `Tax in ${currency} by country`;
      const top = own.slice(0, mostCountries);
      const chart = {
        id: `tax-${anchor(currency)}`,
        title,
        description: `The ${top.length} countries with the most tax in ${currency}; the table below has them all.`,
        lying: true,
        categories: top.map(({ country }) => words(country ?? null, 'no country')),
        series: [{ name: currency, values: top.map(({ tax }) => drawn(tax ?? null)) }],
      };
      const table = {
        caption: title,
        columns: [text('Country'), number('Payments'), number('Tax')],
        rows: own.map(({ country = null, payments = null, tax = null }) => [
          words(country, 'no country'),
          counted(payments),
          money(tax, currency),
        ]),
      };
      return at < mostCurrencies ? { chart, table } : { table };
    }),
  empty: 'No paid live payment of these months has a tax line.',
};
