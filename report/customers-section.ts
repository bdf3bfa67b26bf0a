import { buyers } from '../lambdas/warehouse/counted-payments.ts';
import { textLiteral } from '../lambdas/warehouse/sql.ts';
import { everyMonth, firstShown } from './months.ts';
import { counted } from './numbers.ts';
import type { Section } from './section.ts';
import { number, text } from './table.ts';

export const customersSection: Section = {
  id: 'customers',
  title: 'New against returning customers',
  note: `Customers who paid in a month: new when it is the first month they ever paid in, returning after that. A customer is \
the account's customer id, or the e-mail address where there is none; payments without either are not counted.`,
  // The first month is looked for in the whole history, so months are bounded outside only.
  sql: ({ now }) => `SELECT month,
  count(DISTINCT CASE WHEN month = first_month THEN customer END) AS new_customers,
  count(DISTINCT CASE WHEN month > first_month THEN customer END) AS returning_customers
FROM (
${buyers}
) AS seen
WHERE customer IS NOT NULL AND month >= ${textLiteral(firstShown(now))}
GROUP BY month
ORDER BY month`,
  figures: (rows) => {
    if (rows.length === 0) return [];
    const byMonth = new Map(rows.map((row) => [String(row.month), row]));
    const months = everyMonth([...byMonth.keys()]);
    const valuesOf = (column: string) => months.map((month) => Number(byMonth.get(month)?.[column] ?? 0));
    const chart = {
      id: 'customers-all',
      title: 'New and returning customers by month',
      description: 'One bar per month: customers who paid for the first time, and those who had paid before.',
      categories: months,
      series: [
        { name: 'new', values: valuesOf('new_customers') },
        { name: 'returning', values: valuesOf('returning_customers') },
      ],
    };
    const table = {
      caption: chart.title,
      columns: [text('Month'), number('New'), number('Returning')],
      rows: months.map((month) => [
        month,
        counted(byMonth.get(month)?.new_customers ?? 0),
        counted(byMonth.get(month)?.returning_customers ?? 0),
      ]),
    };
    return [{ chart, table }];
  },
  empty: 'No customer paid in these months.',
};
