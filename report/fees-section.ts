import { isEarned } from '../lambdas/warehouse/counted-payments.ts';
import { textLiteral } from '../lambdas/warehouse/sql.ts';
import { firstShown } from './months.ts';
import { ranked } from './ranking.ts';
import type { Section } from './section.ts';

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
WHERE item.kind = 'fee' AND ${isEarned('payment')}
  AND item.month >= ${textLiteral(firstShown(now))} AND payment.month >= ${textLiteral(firstShown(now))}
GROUP BY item.name, item.currency
ORDER BY currency, fees DESC, name`,
  figures: (rows) =>
    ranked(rows, {
      id: 'fees',
      amounts: 'Fees',
      names: 'Name',
      nameOf: ({ name = null }) => (name === null ? 'no name' : String(name)),
    }),
  empty: 'No paid live payment of these months has a fee.',
};
