import { age, minute, whole } from './numbers.ts';
import type { Section } from './section.ts';
import { number, text } from './table.ts';

export const freshnessSection: Section = {
  id: 'freshness',
  title: 'Freshness',
  note: 'What each account holds, live and test payments, deleted ones left out; and when a sync last wrote or looked.',
  sql: () => `SELECT coalesce(loaded.instance, held.instance) AS instance, held.live, held.test, held.newest_payment, loaded.last_load, loaded.last_failure
FROM (
  SELECT instance, max(CASE WHEN kind = 'load' THEN finished_at END) AS last_load,
    max(CASE WHEN kind = 'failed' THEN finished_at END) AS last_failure
  FROM loads
  GROUP BY instance
) AS loaded
FULL OUTER JOIN (
  SELECT instance, sum(CASE WHEN livemode THEN 1 ELSE 0 END) AS live,
    sum(CASE WHEN livemode THEN 0 ELSE 1 END) AS test, max(created_at) AS newest_payment
  FROM payments_all
  WHERE NOT deleted
  GROUP BY instance
) AS held ON held.instance = loaded.instance
ORDER BY 1`,
  figures: (rows, { instances, now }) => {
    const byName = new Map(rows.map((row) => [String(row.instance), row]));
    const columns = [
      text('Account'),
      number('Live'),
      number('Test'),
      text('Newest payment'),
      text('Last load'),
      text('Ago'),
      text('Last failure'),
    ];
    const body = instances.map(({ name }) => {
      const {
        live = 0,
        test = 0,
        newest_payment = null,
        last_load = null,
        last_failure = null,
      } = byName.get(name) ?? {};
      const counts = [whole(live ?? 0), whole(test ?? 0)];
      return [name, ...counts, minute(newest_payment), minute(last_load), age(last_load, now), minute(last_failure)];
    });
    return body.length === 0 ? [] : [{ table: { caption: 'What each account holds', columns, rows: body } }];
  },
  empty: 'No account was ever synced.',
};
