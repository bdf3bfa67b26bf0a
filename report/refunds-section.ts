import { textLiteral } from '../lambdas/warehouse/sql.ts';
import { stacked } from './grouping.ts';
import { everyMonth, firstShown } from './months.ts';
import { counted, minute, money, words } from './numbers.ts';
import type { Section } from './section.ts';
import { number, text } from './table.ts';

export const refundsSection: Section = {
  id: 'refunds',
  title: 'Refunds',
  note: `Live payments that stand as refunded, by the month they were created in. The amount is the payment's: no API tells \
what was given back, nor when; "seen" is when a sync first found the refund. Commet tells no refunds at all.`,
  sql: ({ now }) => `SELECT month, status, currency, count(*) AS payments,
  sum(amount_total_major) AS amount, max(refunded_since) AS last_seen
FROM payments
WHERE status IN ('refunded', 'partially_refunded') AND NOT deleted
  AND month >= ${textLiteral(firstShown(now))}
GROUP BY month, status, currency
ORDER BY month DESC, status, currency`,
  figures: (rows) => {
    if (rows.length === 0) return [];
    const months = everyMonth(rows.map(({ month }) => String(month)));
    const chart = {
      id: 'refunds-all',
      title: 'Refunded payments by month of payment',
      description: 'One bar per month: payments refunded in whole and in part; the table below has the figures.',
      categories: months,
      series: stacked(
        rows,
        months,
        { place: ({ month }) => String(month), series: ({ status = null }) => words(status) },
        ({ payments }) => Number(payments),
      ),
    };
    const table = {
      caption: chart.title,
      columns: [text('Month'), text('Status'), number('Payments'), number('Amount of the payments'), text('Last seen')],
      rows: rows.map(({ month, status = null, currency = null, payments = null, amount = null, last_seen = null }) => [
        String(month),
        words(status),
        counted(payments),
        money(amount, currency),
        minute(last_seen),
      ]),
    };
    return [{ chart, table }];
  },
  empty: 'No live payment of these months is refunded.',
};
