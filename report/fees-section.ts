import { textLiteral } from '../lambdas/warehouse/sql.ts';
import { anchor, currencyOf, grouped, mostCurrencies } from './currencies.ts';
import { firstShown } from './months.ts';
import { counted, drawn, money, words } from './numbers.ts';
import type { Section } from './section.ts';
import { number, text } from './table.ts';

const mostFees = 10;

export const feesSection: Section = {
  id: 'fees',
  title: 'Fees',
  note: `Fees that the customer was charged on live payments that are paid (or refunded in part), of the last 13 months, by the name the merchant \
gave them. What the provider keeps is in no API, and Commet tells no fees.`,
  sql: ({ now }) => `SELECT item.name, item.currency, count(DISTINCT item.payment_id) AS payments,
  sum(item.amount_major) AS fees
FROM line_items AS item
JOIN payments AS payment
  ON payment.instance = item.instance AND payment.payment_id = item.payment_id
  AND payment.month = item.month
WHERE item.kind = 'fee' AND payment.status IN ('paid', 'partially_refunded') AND NOT payment.deleted
  AND item.month >= ${textLiteral(firstShown(now))} AND payment.month >= ${textLiteral(firstShown(now))}
GROUP BY item.name, item.currency
ORDER BY currency, fees DESC, name`,
  figures: (rows) =>
    grouped(rows, currencyOf).map(([currency, own], at) => {
      const title = `Fees in ${currency} by name`;
      const top = own.slice(0, mostFees);
      const chart = {
        id: `fees-${anchor(currency)}`,
        title,
        description: `The ${top.length} largest fees in ${currency}; the table below has them all.`,
        lying: true,
        categories: top.map(({ name = null }) => (name === null ? 'no name' : String(name))),
        series: [{ name: currency, values: top.map(({ fees = null }) => drawn(fees)) }],
      };
      const table = {
        caption: title,
        columns: [text('Fee'), number('Payments'), number('Fees')],
        rows: own.map(({ name = null, payments = null, fees = null }) => [
          name === null ? words(null, 'no name') : String(name),
          counted(payments),
          money(fees, currency),
        ]),
      };
      return at < mostCurrencies ? { chart, table } : { table };
    }),
  empty: 'No paid live payment of these months has a fee.',
};
