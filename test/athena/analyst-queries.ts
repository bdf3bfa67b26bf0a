/** A question as an analyst asks it. */
export interface AnalystQuery {
  readonly name: string;
  readonly sql: string;
  /** The same in DuckDB's words, where the engines spell a function apart. */
  readonly forDuckDb?: string;
}

const one = (name: string, sql: string, forDuckDb?: string): AnalystQuery => ({
  name,
  sql,
  ...(forDuckDb === undefined ? {} : { forDuckDb }),
});

/** Filters on each type, as they reach statistics, dictionaries and bloom filters. */
export const filters: readonly AnalystQuery[] = [
  one('text equal', `SELECT payment_id, amount_total FROM commet_payments WHERE status = 'succeeded'`),
  one('text in a list', `SELECT payment_id FROM checkout_page_payments WHERE status IN ('refunded', 'partial_refund')`),
  one('text like', `SELECT payment_id, locale FROM checkout_page_payments WHERE locale LIKE 'en%'`),
  one('text in a range', `SELECT payment_id FROM checkout_page_payments WHERE customer_id > '8' AND customer_id < 'c'`),
  one('text beyond the basic plane', `SELECT payment_id FROM checkout_page_payments WHERE customer_email >= '豈'`),
  one('text that is null', `SELECT payment_id FROM checkout_page_payments WHERE customer_id IS NULL`),
  one('text that is empty, not null', `SELECT payment_id FROM checkout_page_payments WHERE order_id = ''`),
  one(
    'text of several characters in length',
    `SELECT payment_id, length(billing_name) AS characters FROM checkout_page_payments`,
  ),
  one('integer equal', `SELECT payment_id FROM checkout_page_payments WHERE amount = 9007199254740991 OR quantity = 1`),
  one('integer beyond 32 bits', `SELECT payment_id, amount FROM checkout_page_payments WHERE amount > 4294967296`),
  one('integer at the bounds', `SELECT payment_id FROM commet_payments WHERE amount_total = 9007199254740991`),
  one('integer below zero', `SELECT payment_id, tax_amount FROM checkout_page_payments WHERE tax_amount < 0`),
  one('integer of 64 bits', `SELECT payment_id, _hash FROM commet_payments WHERE _hash < -9007199254740993`),
  one('double in a range', `SELECT payment_id, amount_usd FROM checkout_page_payments WHERE amount_usd > 0.5`),
  one('double equal to zero', `SELECT payment_id FROM checkout_page_payments WHERE amount_usd = 0`),
  one('double of a child', `SELECT payment_id, percentage FROM checkout_page_fees WHERE percentage < 10.5`),
  one('boolean', `SELECT payment_id FROM checkout_page_payments WHERE livemode AND NOT upsell`),
  one('boolean that is null', `SELECT payment_id FROM checkout_page_payments WHERE upsell IS NULL`),
  one(
    'instant in a range',
    `SELECT payment_id FROM commet_payments WHERE created_at >= TIMESTAMP '2026-03-01 00:00:00' AND created_at < TIMESTAMP '2026-04-01 00:00:00'`,
  ),
  one('instant that is null', `SELECT payment_id, month FROM checkout_page_payments WHERE created_at IS NULL`),
  one(
    'instant before 1970',
    `SELECT payment_id, recovered_at FROM checkout_page_payments WHERE recovered_at < TIMESTAMP '1970-01-01 00:00:00'`,
  ),
  one('json', `SELECT payment_id, "key", value FROM commet_metadata WHERE value LIKE '"%'`),
  one(
    'json of what was not declared',
    `SELECT payment_id, _extra FROM checkout_page_payments WHERE _extra IS NOT NULL`,
  ),
];

/** Months, time, and what changed when. */
export const times: readonly AnalystQuery[] = [
  one(
    'payments half an hour before the end of their month',
    `SELECT month, date_format(created_at, '%Y-%m') AS created, count(*) AS payments FROM checkout_page_payments WHERE extract(hour FROM created_at) = 23 AND extract(minute FROM created_at) = 30 GROUP BY 1, 2`,
    `SELECT month, strftime(created_at, '%Y-%m') AS created, count(*) AS payments FROM checkout_page_payments WHERE extract(hour FROM created_at) = 23 AND extract(minute FROM created_at) = 30 GROUP BY 1, 2`,
  ),
  one(
    'payments per day',
    `SELECT CAST(created_at AS date) AS day, count(*) AS payments FROM payments_all GROUP BY 1 ORDER BY 1`,
  ),
  one(
    'payments whose month is not that of created_at',
    `SELECT payment_id, month, created_at FROM commet_payments WHERE month <> date_format(created_at, '%Y-%m')`,
    `SELECT payment_id, month, created_at FROM commet_payments WHERE month <> strftime(created_at, '%Y-%m')`,
  ),
  one(
    'months in a row, with the one before',
    `SELECT month, total, lag(total) OVER (ORDER BY month) AS before, sum(total) OVER (ORDER BY month) AS so_far FROM (SELECT month, sum(tax_amount) AS total FROM payments WHERE tax_amount BETWEEN 0 AND 1000000 GROUP BY month) AS months ORDER BY month`,
  ),
  one(
    'the latest payment of each customer',
    `SELECT customer_id, payment_id FROM (SELECT customer_id, payment_id, row_number() OVER (PARTITION BY customer_id ORDER BY created_at DESC, payment_id) AS place FROM payments WHERE customer_id IS NOT NULL) AS placed WHERE place = 1`,
  ),
  one(
    'new and returning customers by month',
    `SELECT month, count(DISTINCT customer_id) AS customers, count(DISTINCT CASE WHEN month = first_month THEN customer_id END) AS new FROM (SELECT month, customer_id, min(month) OVER (PARTITION BY customer_id) AS first_month FROM payments) AS seen GROUP BY month ORDER BY month`,
  ),
  one(
    'status of each payment as of a date',
    `SELECT status, count(*) AS payments FROM (SELECT status, row_number() OVER (PARTITION BY month, payment_id, created_at ORDER BY _version_at DESC, _loaded_at DESC, _load_id DESC) AS age FROM history.checkout_page_payments WHERE _version_at < TIMESTAMP '2026-07-03 00:00:00') AS version WHERE age = 1 GROUP BY status`,
  ),
  one(
    'payments that changed, and how often',
    `SELECT payment_id, count(DISTINCT _load_id) AS versions, min(_version_at) AS first, max(_version_at) AS last FROM history.commet_payments GROUP BY payment_id HAVING count(DISTINCT _load_id) > 1`,
  ),
];

/** Children and sums: no query unnests anything. */
export const joins: readonly AnalystQuery[] = [
  one(
    'tax by country and month',
    `SELECT month, country, count(*) AS lines, sum(tax_amount_major) AS tax FROM tax_lines GROUP BY 1, 2 ORDER BY 1 DESC, 2`,
  ),
  one(
    'tax lines against the tax of the payment',
    `SELECT p.payment_id, p.tax_amount, sum(CAST(t.tax_amount AS decimal(38,0))) AS of_lines FROM checkout_page_payments AS p JOIN checkout_page_tax_breakdown AS t ON t.payment_id = p.payment_id AND t.month = p.month GROUP BY 1, 2`,
  ),
  one(
    'fees by name',
    `SELECT name, count(*) AS fees, sum(CAST(amount AS decimal(38,0))) AS total, max(percentage) AS most, round(avg(percentage), 6) AS on_average FROM checkout_page_fees WHERE percentage BETWEEN 0 AND 100 OR percentage IS NULL GROUP BY name ORDER BY name`,
  ),
  one(
    'options with their variant and payment',
    `SELECT p.payment_id, v.name, o.option_name, o.quantity FROM checkout_page_payments AS p JOIN checkout_page_variants AS v ON v.payment_id = p.payment_id AND v.month = p.month JOIN checkout_page_variant_options AS o ON o.payment_id = v.payment_id AND o.month = v.month AND o.variant_position = v.position WHERE p.month = '2026-05'`,
  ),
  one(
    'payments without any form field',
    `SELECT payment_id FROM checkout_page_payments AS p WHERE NOT EXISTS (SELECT 1 FROM checkout_page_fields AS f WHERE f.payment_id = p.payment_id AND f.month = p.month)`,
  ),
  one(
    'what customers entered, by label',
    `SELECT label, count(*) AS answers, count(DISTINCT payment_id) AS payments, max(value) AS greatest FROM checkout_page_fields GROUP BY label`,
  ),
  one(
    'campaigns by query parameter',
    `SELECT value, count(*) AS payments FROM checkout_page_query_parameters WHERE "key" = 'utm_source' GROUP BY value ORDER BY payments DESC, value`,
  ),
  one(
    'revenue by month and currency, both units',
    `SELECT month, currency, count(*) AS payments, sum(CAST(amount_total AS decimal(38,0))) AS minor, sum(amount_total_major) AS major FROM payments WHERE status IN ('paid', 'partially_refunded') GROUP BY 1, 2 ORDER BY 1, 2 DESC`,
  ),
  one(
    'line items by kind',
    `SELECT instance, kind, count(*) AS items, sum(amount_major) AS amount FROM line_items GROUP BY 1, 2 ORDER BY 1, 2`,
  ),
  one(
    'payments by source, status and the word of the API',
    `SELECT source, instance, status, source_status, livemode, deleted, count(*) AS payments FROM payments_all GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`,
  ),
  one(
    'refunded payments, and since when',
    `SELECT payment_id, status, refunded_since FROM payments WHERE status IN ('refunded', 'partially_refunded')`,
  ),
  one(
    'rows read from each load',
    `SELECT instance, mode, count(*) AS loads, sum(records) AS records, sum(written) AS written FROM loads GROUP BY 1, 2 ORDER BY 1, 2`,
  ),
  one(
    'one customer in all accounts',
    `SELECT * FROM payments WHERE customer_id = (SELECT max(customer_id) FROM commet_payments)`,
  ),
];
