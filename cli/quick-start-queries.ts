import { isEarned } from '../lambdas/warehouse/counted-payments.ts';
import { monthBefore } from '../report/months.ts';

/** A question an analyst asks, and the SQL that answers it. */
export interface Question {
  readonly title: string;
  /** What has to be known to read the answer rightly. */
  readonly note: string;
  /** Runs in Athena as it does in DuckDB. */
  readonly sql: string;
}

/** @param now the month it lies in, and the two before, are asked for */
export const questions = (now: number): readonly Question[] => {
  const months = [2, 1, 0].map((ago) => monthBefore(now, ago));
  return [
    {
      title: 'Revenue by month and currency',
      note: 'Amounts are in the major unit (dollars, yen). Never sum across currencies.',
      sql: `SELECT currency,
${months.map((month) => `  sum(amount_total_major) FILTER (WHERE month = '${month}') AS "${month}"`).join(',\n')}
FROM payments
WHERE ${isEarned()}
  AND month >= '${months[0]}'
GROUP BY currency
ORDER BY currency`,
    },
    {
      title: 'Tax by country',
      note: 'Each tax line of a payment is a row of its own. Commet tells no tax lines.',
      sql: `SELECT line.country, line.currency, count(DISTINCT line.payment_id) AS payments,
  sum(line.tax_amount_major) AS tax
FROM tax_lines AS line
JOIN payments AS paid
  ON paid.instance = line.instance AND paid.payment_id = line.payment_id
  AND paid.month = line.month
WHERE ${isEarned('paid')}
  AND line.tax_amount > 0
GROUP BY line.country, line.currency
ORDER BY payments DESC, line.country, line.currency
LIMIT 10`,
    },
    {
      title: 'Payments seen refunded since the first sync',
      note: 'From the history, which keeps every version of a payment that was ever read.',
      sql: `SELECT payment_id, CAST(created_at AS DATE) AS created, was, status,
  upper(currency) AS currency, amount
FROM (
  SELECT *, lag(status) OVER (
      PARTITION BY payment_id ORDER BY _version_at, _loaded_at, _load_id) AS was
  FROM payments_lake_history.checkout_page_payments
) AS version
WHERE status IN ('refunded', 'partial_refund') AND status <> was
ORDER BY created, payment_id`,
    },
  ];
};
