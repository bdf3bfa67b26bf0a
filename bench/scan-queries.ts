/** A question as analysts ask it, of a lake of Checkout Page payments over 24 months up to 2026-06-30. */
export interface ScanQuery {
  readonly name: string;
  readonly sql: string;
  /** What it may read of the lake at most, in percent of the lake's bytes; null where nothing is promised. */
  readonly mark: number | null;
}

/** @param paymentId @param customerId of somewhere in the middle of the lake */
export const scanQueries = (paymentId: string, customerId: string): readonly ScanQuery[] => [
  {
    name: 'revenue of one month',
    sql: `SELECT currency, sum(amount_total), sum(tax_amount) FROM payments WHERE livemode AND month = '2025-11' GROUP BY currency`,
    mark: 1,
  },
  {
    name: 'revenue of one month, by created_at alone',
    sql: `SELECT currency, sum(amount_total) FROM payments
WHERE livemode AND created_at >= TIMESTAMP '2025-11-01 00:00:00' AND created_at < TIMESTAMP '2025-12-01 00:00:00' GROUP BY currency`,
    mark: 1,
  },
  {
    name: 'revenue of one day',
    sql: `SELECT currency, sum(amount_total) FROM payments
WHERE livemode AND month = '2025-11' AND created_at >= TIMESTAMP '2025-11-15 00:00:00' AND created_at < TIMESTAMP '2025-11-16 00:00:00' GROUP BY currency`,
    mark: 0.2,
  },
  {
    name: 'one payment by payment_id',
    sql: `SELECT * FROM payments WHERE payment_id = '${paymentId}'`,
    mark: 2,
  },
  {
    name: 'one payment, every column',
    sql: `SELECT * FROM checkout_page_payments WHERE payment_id = '${paymentId}'`,
    mark: 2,
  },
  {
    name: 'one customer by customer_id',
    sql: `SELECT payment_id, status, amount_total FROM payments WHERE customer_id = '${customerId}'`,
    mark: null,
  },
  {
    name: 'payments by status in one month',
    sql: `SELECT status, count(*) FROM payments WHERE month = '2026-05' GROUP BY status`,
    mark: null,
  },
  {
    name: 'tax by country in one month',
    sql: `SELECT tax_rate_details_country, sum(tax_amount) FROM checkout_page_tax_breakdown WHERE month = '2025-11' GROUP BY 1`,
    mark: null,
  },
  {
    name: 'fees of one quarter',
    sql: `SELECT month, name, sum(amount) FROM checkout_page_fees WHERE month BETWEEN '2025-10' AND '2025-12' GROUP BY 1, 2`,
    mark: null,
  },
  {
    name: 'status of each payment of a month, as of a date',
    sql: `SELECT status, count(*) FROM (
  SELECT payment_id, max_by(status, _version_at) AS status FROM history.checkout_page_payments
  WHERE month = '2026-05' AND _version_at <= TIMESTAMP '2026-07-15 00:00:00' GROUP BY payment_id
) AS version GROUP BY status`,
    mark: null,
  },
  {
    name: 'revenue by month and currency, all time',
    sql: `SELECT month, currency, sum(amount_total) FROM payments WHERE livemode GROUP BY month, currency`,
    mark: null,
  },
];
