import { changeQuestions } from './analyst-questions-of-change.ts';
import { buyers, isEarned } from './counted-payments.ts';

/** A question a finance team asks, as docs/analyst-guide.md has it. */
export interface AnalystQuestion {
  readonly title: string;
  /** The same text in Athena and in DuckDB; of instances under their APIs' names. Ordered, with no ties. */
  readonly sql: string;
  /** What makes a query that looks right wrong, a line each. */
  readonly traps: readonly string[];
}

/** The guide's ten questions, over the second quarter of 2026. */
export const analystQuestions: readonly AnalystQuestion[] = [
  {
    title: 'What did we earn, net of tax, by month and currency?',
    sql: `SELECT month, currency, count(*) AS payments,
  sum(amount_total_major) AS gross, sum(tax_amount_major) AS tax, sum(amount_net_of_tax_major) AS net,
  sum(amount_net_of_tax_major) FILTER (WHERE status = 'partially_refunded') AS of_it_partly_refunded
FROM payments
WHERE ${isEarned()}
  AND month >= '2026-05' AND month < '2026-07'
GROUP BY month, currency
ORDER BY month, currency`,
    traps: [
      'Never sum over currencies, nor minor units: 1999 is 19.99 EUR, 1999 JPY or 1.999 KWD. The `_major` columns are exact decimals; sum those.',
      'No API tells how much a partial refund was. Its whole amount is in `net`, and beside it in `of_it_partly_refunded`: the truth lies between `net` and their difference.',
      'A payment refunded as a whole is gone from its month, so an old month changes: question 4 tells what it was.',
      'A payment of which only a part was paid (`partially_paid`) is not here until the rest is: what came in is its `amount_paid_major`.',
      '`payments` holds live payments only; `payments_all` and the tables of an instance hold tests too: there, filter on `livemode`.',
      'A payment deleted at its API stays: `NOT deleted` leaves it out.',
      "A month ends at midnight UTC, not yours. For another zone filter on `created_at` by that zone's midnight in UTC, and on the months it touches.",
      'It is the month the payment was created in, not the one the money came in: no API tells that day.',
    ],
  },
  {
    title: 'Which tax do we declare, by country and rate?',
    sql: `SELECT line.country, line.state, line.tax_type, line.rate_percent,
  count(DISTINCT payment.payment_id) AS payments,
  sum(line.taxable_amount_major) AS taxable,
  sum(coalesce(line.tax_amount_major, payment.tax_amount_major)) AS tax
FROM payments AS payment
LEFT JOIN tax_lines AS line
  ON line.instance = payment.instance AND line.payment_id = payment.payment_id
  AND line.payment_created_at = payment.created_at AND line.month = payment.month
  AND line.month >= '2026-04' AND line.month < '2026-07'
WHERE ${isEarned('payment')}
  AND payment.currency = 'EUR'
  AND payment.month >= '2026-04' AND payment.month < '2026-07'
  AND coalesce(line.tax_amount, payment.tax_amount) <> 0
GROUP BY line.country, line.state, line.tax_type, line.rate_percent
ORDER BY line.country, line.state, line.tax_type, line.rate_percent`,
    traps: [
      'Commet tells the tax of a payment and neither its country nor its rate: that is the row without a country. It has to be declared too.',
      "Join on instance, payment_id, created_at and month: the month lets the engine skip the lines' other files, the instance keeps two stores apart.",
      'A payment can have several lines on the same base (state and county in the US): `taxable` counts it once per line, so never sum it over the rates of one payment.',
      'A line of 0 % or under reverse charge is left out by `<> 0`; take that away where they have to be declared.',
      "The country here is the one that levies the tax, not the customer's (`payments.country`).",
    ],
  },
  {
    title: 'What was refunded, by the month we saw it?',
    sql: `SELECT CAST(date_trunc('month', refunded_since) AS date) AS seen_in, currency,
  count(*) FILTER (WHERE status = 'refunded') AS refunded,
  sum(amount_total_major) FILTER (WHERE status = 'refunded') AS refunded_amount,
  count(*) FILTER (WHERE status = 'partially_refunded') AS partly_refunded,
  sum(amount_total_major) FILTER (WHERE status = 'partially_refunded') AS partly_refunded_at_most
FROM payments
WHERE refunded_since >= TIMESTAMP '2026-07-01 12:00:00' AND NOT deleted
  AND month >= '2026-01'
GROUP BY 1, 2
ORDER BY 1, 2`,
    traps: [
      'No API tells the amount or the day of a refund. Of a whole refund the amount is that of the payment, of a partial one it is unknown: at most that.',
      '`refunded_since` is when this lake first saw it. All that was refunded before the first sync was seen in that sync: ask from the day after.',
      'Commet tells no refunds at all: look there for what its dashboard says.',
      "`month` is the payment's, which is older than the refund: reach back as far as you refund.",
    ],
  },
  ...changeQuestions,
  {
    title: 'Which fees did customers pay?',
    sql: `SELECT line.name, line.currency, count(*) AS fees, sum(line.amount_major) AS total
FROM line_items AS line
JOIN payments AS payment
  ON payment.instance = line.instance AND payment.payment_id = line.payment_id
  AND payment.created_at = line.payment_created_at AND payment.month = line.month
WHERE line.kind = 'fee' AND ${isEarned('payment')}
  AND line.month = '2026-06' AND payment.month = '2026-06'
GROUP BY line.name, line.currency
ORDER BY line.name, line.currency`,
    traps: [
      'These are fees that customers pay. What the payment provider keeps is told by no API: it is on the statements of the provider.',
      'Fees are part of `amount_total`: do not add them to it.',
      'Whether a partial refund gave the fee back is not told: its fee is here, as its amount is in question 1.',
      'Commet tells no fees.',
    ],
  },
  {
    title: 'How many customers are new, and how many came back?',
    sql: `SELECT month, count(DISTINCT customer) AS customers,
  count(DISTINCT CASE WHEN month = first_month THEN customer END) AS new_customers,
  count(DISTINCT CASE WHEN month > first_month THEN customer END) AS returning_customers,
  count(*) FILTER (WHERE customer IS NULL) AS payments_of_nobody
FROM (
${buyers}
) AS seen
WHERE month >= '2026-04' AND month < '2026-07'
GROUP BY month
ORDER BY month`,
    traps: [
      'Whether somebody is new is known from all months: this one must not filter on `month` inside, and reads a few columns of the whole list.',
      'An id is of one account. One person at two of them counts twice: Commet tells no e-mail address to know them by.',
      'Who paid a part, or got the money back, has bought: leave `partially_paid` or `refunded` out where you see it otherwise.',
      'A payment without customer and address is of nobody, not of one more customer.',
      'A customer is known since the oldest payment in the lake, which for a lake filled with `--from` is not the first one.',
    ],
  },
  {
    title: 'Which failed and open payments are worth chasing?',
    sql: `SELECT CAST(created_at AS date) AS created, instance, status, currency,
  amount_total_major - coalesce(amount_paid_major, 0) AS open_amount,
  coalesce(customer_email, customer_id) AS customer, payment_id
FROM payments
WHERE status IN ('pending', 'requires_action', 'failed', 'partially_paid') AND NOT deleted
  AND month = '2026-06' AND created_at >= TIMESTAMP '2026-06-16 00:00:00'
  AND currency IN ('EUR', 'USD') AND amount_total > 0
ORDER BY open_amount DESC, payment_id
LIMIT 10`,
    traps: [
      'A customer often tries again: see whether they paid later before you write to them.',
      'Draft, canceled and expired payments are not here: nobody is expected to pay them.',
      'Order by amount within one currency, or currencies of like worth.',
      'The answer holds e-mail addresses; `payments_lake_anonymous` has none.',
      'A payment that is open and older than the lookback is read again only when its turn comes: see "What is promised" in the README.',
    ],
  },
  {
    title: 'What sells best: products and options?',
    sql: `SELECT line.kind, coalesce(line.name, line.item_id) AS item,
  CAST(sum(line.quantity) AS bigint) AS sold, count(DISTINCT line.payment_id) AS payments
FROM line_items AS line
JOIN payments AS payment
  ON payment.instance = line.instance AND payment.payment_id = line.payment_id
  AND payment.created_at = line.payment_created_at AND payment.month = line.month
WHERE line.kind IN ('product', 'option') AND ${isEarned('payment')}
  AND line.month >= '2026-04' AND line.month < '2026-07'
  AND payment.month >= '2026-04' AND payment.month < '2026-07'
GROUP BY line.kind, coalesce(line.name, line.item_id)
ORDER BY line.kind DESC, sold DESC, item
LIMIT 10`,
    traps: [
      'The API tells the id of a product and not its name; options have both, and those that share a name are one here: group by `item_id` to keep them apart.',
      'Count quantities, not rows; and do not take price times quantity for revenue: discounts, coupons and fees stand in the payment.',
      'A payment has several items: joined to them, its amounts must not be summed.',
      'Commet tells no items.',
    ],
  },
  {
    title: 'Do the figures agree with the API?',
    sql: `SELECT instance, status, in_api, in_warehouse, difference, verdict, counted_at
FROM (
  SELECT *, max(counted_at) OVER (PARTITION BY instance) AS newest
  FROM reconciliations
  WHERE month >= '2026-07'
) AS counted
WHERE counted_at = newest AND (verdict <> 'equal' OR status IS NULL)
ORDER BY instance, status`,
    traps: [
      'The row without a status is the whole list. It can be equal while two statuses differ: look at all of them.',
      '`status` is the word of the API here.',
      '`month` is that of the counting, not of the payments.',
      '`moving` is no difference: the API changed while it was counted.',
      '`payments-lake reconcile --explain` names the payments, `--repair` mends what is missing; a payment deleted at the API is surplus until it is marked.',
    ],
  },
];
