/** How a source's tables fill the shape that all sources share: `payments`, `tax_lines`, `line_items`. */

/** The one vocabulary of `payments.status`. */
export const statuses = [
  'draft',
  'pending',
  'requires_action',
  'paid',
  'partially_paid',
  'failed',
  'canceled',
  'partially_refunded',
  'refunded',
] as const;
export type Status = (typeof statuses)[number];

/** Those after which money has gone back to the customer. */
export const refundStatuses: readonly Status[] = ['partially_refunded', 'refunded'];

/** For an API that does not tell what was paid: all of `whole` once the payment has this status, and 0 before. */
export interface PaidAtOnce {
  readonly whole: string;
  readonly once: Status;
}

/** Which column of the payments table fills a role; null: the API does not say. */
export interface SharedShape {
  readonly customer_id: string | null;
  /** What the customer gave with this very payment. */
  readonly customer_email: string | null;
  readonly status: string;
  readonly currency: string;
  readonly amount_total: string;
  readonly amount_net_of_tax: string | null;
  readonly tax_amount: string | null;
  readonly amount_paid: string | PaidAtOnce | null;
  readonly provider: string | null;
  readonly method: string | null;
  /** The customer's, as they gave it. */
  readonly country: string | null;
  readonly livemode: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export type TaxLineRole = 'tax_type' | 'country' | 'state' | 'rate_percent' | 'taxable_amount' | 'tax_amount';

/** A child table whose rows are the tax lines of a payment. */
export interface TaxLines {
  readonly table: string;
  /** A role left out: the API does not say. */
  readonly columns: Readonly<Partial<Record<TaxLineRole, string>>>;
}

export type LineItemRole = 'item_id' | 'name' | 'sku' | 'quantity' | 'amount';

/** What a payment is made up of, as one table tells it; of the payments table, the item that stands in the payment's own row. */
export interface LineItems {
  /** What its items are, in one word: `product`, `fee`. */
  readonly kind: string;
  readonly table: string;
  /** A role left out: the API does not say. */
  readonly columns: Readonly<Partial<Record<LineItemRole, string>>>;
  /** A row is an item only where this column is not null. */
  readonly present?: string;
}

/** Roles filled by a column of the very name, and words that mean the status of the very name. */
export const sameNames = <const Name extends string>(...names: Name[]): { readonly [name in Name]: name } =>
  Object.fromEntries(names.map((name) => [name, name])) as { readonly [name in Name]: name };
