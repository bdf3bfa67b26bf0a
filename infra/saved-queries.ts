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
      "Live payments of the last twelve months. Amounts are in the currency's minor unit: cents, or whole yen.",
    sql: `SELECT month, currency, count(*) AS payments, sum(amount_total) AS total, sum(tax_amount) AS tax
FROM payments
WHERE livemode AND _deleted_at IS NULL
  AND month >= date_format(date_add('month', -12, current_date), '%Y-%m')
GROUP BY month, currency
ORDER BY month DESC, total DESC;`,
  },
  {
    name: 'Payments per day and status',
    description: 'The last 30 days, by instance.',
    sql: `SELECT instance, date(created_at) AS day, status, count(*) AS payments
FROM payments
WHERE livemode AND month >= date_format(date_add('day', -30, current_date), '%Y-%m')
  AND created_at >= date_add('day', -30, current_date)
GROUP BY 1, 2, 3
ORDER BY day DESC, instance, payments DESC;`,
  },
  {
    name: 'One customer',
    description: 'All payments of one customer: put the id in. The month keeps the cost of the query down.',
    sql: `SELECT *
FROM payments
WHERE customer_id = 'put the id here' AND month >= '2015-01'
ORDER BY created_at DESC;`,
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
ORDER BY created_at DESC
LIMIT 100;`,
  })),
];
