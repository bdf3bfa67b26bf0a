import { isEarned } from '../lambdas/warehouse/counted-payments.ts';
import { textLiteral } from '../lambdas/warehouse/sql.ts';
import { anchor, currencyOf, grouped, mostCurrencies } from './grouping.ts';
import { everyMonth, firstShown } from './months.ts';
import { counted, drawn, money, none } from './numbers.ts';
import type { Figure, Row, Section } from './section.ts';
import { number, text } from './table.ts';

export const revenueSection: Section = {
  id: 'revenue',
  title: 'Revenue by month and currency',
  note: `Live payments that are paid, tax included, by the month (UTC) they were created in; this month is not over. \
Those refunded in part are in it whole, since no API tells what was given back; those not paid in full are left out. Every currency has an axis of its own.`,
  sql: ({ now }) => `SELECT month, currency, count(*) AS payments, sum(amount_total_major) AS revenue
FROM payments
WHERE ${isEarned()} AND month >= ${textLiteral(firstShown(now))}
GROUP BY month, currency
ORDER BY month, currency`,
  figures: (rows) => {
    const months = everyMonth(rows.map(({ month }) => String(month)));
    return grouped(rows, currencyOf).map(([currency, own], at) => figure(currency, own, at < mostCurrencies, months));
  },
  empty: 'No live payment is paid in these months.',
};

function figure(currency: string, rows: readonly Row[], isDrawn: boolean, months: readonly string[]): Figure {
  const byMonth = new Map(rows.map((row) => [row.month, row]));
  const title = `Revenue in ${currency} by month`;
  const chart = {
    id: `revenue-${anchor(currency)}`,
    title,
    description: `One bar per month, in ${currency}; the table below has the figures.`,
    categories: months,
    series: [{ name: currency, values: months.map((month) => drawn(byMonth.get(month)?.revenue ?? null)) }],
  };
  return {
    ...(isDrawn && rows.some(({ revenue }) => revenue !== null) ? { chart } : {}),
    table: {
      caption: title,
      columns: [text('Month'), number('Payments'), number('Revenue')],
      rows: months.map((month) => {
        const row = byMonth.get(month);
        return row ? [month, counted(row.payments ?? null), money(row.revenue ?? null, currency)] : [month, '0', none];
      }),
    },
  };
}
