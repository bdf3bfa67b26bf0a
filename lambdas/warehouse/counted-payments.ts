import type { Status } from '../sources/shared-shape.ts';
import { textLiteral } from './sql.ts';

/** What counts as what in figures over `payments`: conditions and a subquery that read the same in both engines. */

const standsAs = (statuses: readonly Status[], payment: string): string => {
  const of = payment === '' ? '' : `${payment}.`;
  return `${of}status IN (${statuses.map(textLiteral).join(', ')}) AND NOT ${of}deleted`;
};

/**
 * Paid, and not refunded as a whole: no API tells how much a partial refund was.
 *
 * @param payment what `payments` is called in the query
 */
export const isEarned = (payment = ''): string => standsAs(['paid', 'partially_refunded'], payment);

/** Paid at least in part, whatever became of it. */
const isBought = standsAs(['paid', 'partially_paid', 'partially_refunded', 'refunded'], '');

/**
 * One row per payment of somebody who bought: month, customer, first_month they bought in. An id is of one account;
 * customer is null for a payment that tells neither an id nor an address.
 */
export const buyers = `  SELECT month, customer, min(month) OVER (PARTITION BY customer) AS first_month
  FROM (
    SELECT month, instance || ':' || coalesce(customer_id, lower(customer_email)) AS customer
    FROM payments
    WHERE ${isBought}
  ) AS bought`;
