import { isEarned } from '../lambdas/warehouse/counted-payments.ts';
import { textLiteral } from '../lambdas/warehouse/sql.ts';
import { firstShown } from './months.ts';
import { words } from './numbers.ts';
import { ranked } from './ranking.ts';
import type { Section } from './section.ts';

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
WHERE ${isEarned('payment')} AND line.tax_amount <> 0
  AND line.month >= ${textLiteral(firstShown(now))} AND payment.month >= ${textLiteral(firstShown(now))}
GROUP BY line.country, line.currency
ORDER BY currency, tax DESC, country`,
  figures: (rows) =>
    ranked(rows, {
      id: 'tax',
      amounts: 'Tax',
      names: 'Country',
      nameOf: ({ country = null }) => words(country, 'no country'),
    }),
  empty: 'No paid live payment of these months has a tax line.',
};
