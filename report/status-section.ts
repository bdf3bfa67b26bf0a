import { textLiteral } from '../lambdas/warehouse/sql.ts';
import { grouped, stacked } from './grouping.ts';
import { firstShown } from './months.ts';
import { counted, words } from './numbers.ts';
import type { Row, Section } from './section.ts';
import { number, text } from './table.ts';

const statusOf = ({ status }: Row): string => words(status ?? null, 'not documented');

export const statusSection: Section = {
  id: 'status',
  title: 'Payments by status',
  note: 'Live payments created in the last 13 months as they stand now, in the one vocabulary of all sources.',
  sql: ({ now }) => `SELECT status, instance, count(*) AS payments
FROM payments
WHERE NOT deleted AND month >= ${textLiteral(firstShown(now))}
GROUP BY status, instance
ORDER BY payments DESC, status, instance`,
  figures: (rows) => {
    if (rows.length === 0) return [];
    const categories = grouped(rows, statusOf).map(([status]) => status);
    const chart = {
      id: 'status-all',
      title: 'Payments by status and account',
      description: 'One bar per status, a part of it per account; the table below has the figures.',
      lying: true,
      categories,
      series: stacked(rows, categories, { place: statusOf, series: (row) => String(row.instance) }, (row) =>
        Number(row.payments),
      ),
    };
    const table = {
      caption: chart.title,
      columns: [text('Status'), text('Account'), number('Payments')],
      rows: rows.map((row) => [statusOf(row), String(row.instance), counted(row.payments ?? null)]),
    };
    return [{ chart, table }];
  },
  empty: 'No live payment was created in these months.',
};
