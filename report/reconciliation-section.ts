import { textLiteral } from '../lambdas/warehouse/sql.ts';
import { monthBefore } from './months.ts';
import { counted, minute, words } from './numbers.ts';
import type { Section } from './section.ts';
import { number, text } from './table.ts';

export const reconciliationSection: Section = {
  id: 'reconciliation',
  title: 'Counted against the API',
  note: `The last counting of each account within three months, whole and by status, in the API's own words. equal is what \
it should be; moving: the API changed while it was counted.`,
  sql: ({ now }) => `SELECT instance, status, in_api, in_warehouse, difference, verdict, counted_at
FROM (
  SELECT *, rank() OVER (PARTITION BY instance ORDER BY counted_at DESC, reconciliation_id DESC) AS age
  FROM reconciliations
  WHERE month >= ${textLiteral(monthBefore(now, 3))}
) AS ranked
WHERE age = 1
ORDER BY instance, status NULLS FIRST`,
  figures: (rows) => {
    if (rows.length === 0) return [];
    const columns = [
      text('Account'),
      text('Status'),
      text('Verdict'),
      number('At the API'),
      number('In the lake'),
      number('Difference'),
      text('Counted'),
    ];
    const body = rows.map(
      ({ instance, status = null, verdict = null, in_api = null, in_warehouse = null, difference = null, ...row }) => [
        String(instance),
        words(status, 'all of them'),
        words(verdict),
        counted(in_api),
        counted(in_warehouse),
        counted(difference),
        minute(row.counted_at ?? null),
      ],
    );
    return [{ table: { caption: 'The last counting of each account', columns, rows: body } }];
  },
  empty: 'Nothing was counted: payments-lake reconcile does it, and each completed nightly.',
};
