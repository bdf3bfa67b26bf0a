import { isEarned } from '../lambdas/warehouse/counted-payments.ts';

/** What an analyst starts from, in Athena's words. */
export interface SavedQuery {
  readonly name: string;
  readonly description: string;
  readonly sql: string;
}

/** @param instances names of the deployment's instances */
export const savedQueries = (instances: readonly string[]): readonly SavedQuery[] => [
  {
    name: 'Revenue per month and currency',
    description:
      "Paid live payments of the last twelve months, those refunded in part whole. Amounts are in the currency's major unit: dollars, yen, dinars.",
    sql: `SELECT month, currency, count(*) AS payments, sum(amount_total_major) AS total, sum(tax_amount_major) AS tax
FROM payments
WHERE ${isEarned()}
  AND month >= date_format(date_add('month', -12, current_date), '%Y-%m')
GROUP BY month, currency
ORDER BY month DESC, currency;`,
  },
  {
    name: 'Payments per day and status',
    description: 'Live payments of the last 30 days, by instance. Each status is one of the vocabulary of all sources.',
    sql: `SELECT instance, date(created_at) AS day, status, count(*) AS payments
FROM payments
WHERE month >= date_format(date_add('day', -30, current_date), '%Y-%m')
  AND created_at >= date_add('day', -30, current_date)
GROUP BY 1, 2, 3
ORDER BY day DESC, instance, status;`,
  },
  {
    name: 'Tax per country',
    description:
      'Tax lines of the paid live payments of the last three months, in major units. Commet tells no tax lines.',
    sql: `SELECT tax.month, tax.country, tax.currency, sum(tax.tax_amount_major) AS tax
FROM tax_lines AS tax
JOIN payments AS payment
  ON payment.instance = tax.instance AND payment.payment_id = tax.payment_id AND payment.month = tax.month
WHERE ${isEarned('payment')}
  AND tax.month >= date_format(date_add('month', -3, current_date), '%Y-%m')
GROUP BY 1, 2, 3
ORDER BY 1 DESC, 2, 3;`,
  },
  {
    name: 'Refunds seen',
    description:
      'Live payments of the last six months that are refunded, in whole or in part, and when that was first seen.',
    sql: `SELECT refunded_since, status, instance, payment_id, created_at, currency, amount_total_major
FROM payments
WHERE refunded_since IS NOT NULL AND month >= date_format(date_add('month', -6, current_date), '%Y-%m')
ORDER BY refunded_since DESC, instance, payment_id;`,
  },
  {
    name: 'One customer',
    description: 'All payments of one customer: put the id in. The month keeps the cost of the query down.',
    sql: `SELECT *
FROM payments
WHERE customer_id = 'put the id here' AND month >= '2015-01'
ORDER BY created_at DESC, instance, payment_id;`,
  },
  {
    name: 'How fresh the lake is',
    description: 'For each instance, when payments were last loaded and what the last 7 days brought.',
    sql: `SELECT instance, max(finished_at) AS last_load, count_if(kind = 'failed') AS failed_syncs,
  sum(records) AS payments_read, sum(written) AS payments_written, sum(requests) AS requests
FROM loads
WHERE month >= date_format(date_add('day', -7, current_date), '%Y-%m')
  AND finished_at >= date_add('day', -7, current_date)
GROUP BY instance
ORDER BY instance;`,
  },
  ...instances.map((instance) => ({
    name: `Fields not declared yet: ${instance}`,
    description: 'Payments of the last 7 days that brought fields, or values, that no column could take.',
    sql: `SELECT created_at, payment_id, _extra
FROM "${instance}_payments"
WHERE _extra IS NOT NULL AND month >= date_format(date_add('day', -7, current_date), '%Y-%m')
  AND created_at >= date_add('day', -7, current_date)
ORDER BY created_at DESC, payment_id
LIMIT 100;`,
  })),
];
