import { flag, instant, json, money, text } from './column.ts';
import { sameNames } from './shared-shape.ts';
import { defineSource } from './source.ts';
import { entries, record } from './table.ts';

/**
 * Commet payments: GET /payments, one page after the other by an opaque cursor.
 * The order of the list and the rate limit are not documented; refunds are not on a payment.
 * Sources: the API's reference page, and Commet's SDK for Node (@commet/node 7.10.0).
 */
export const commet = defineSource({
  name: 'commet',
  title: 'Commet',
  baseUrl: 'https://commet.co/api/v1',
  list: {
    path: '/payments',
    pageSize: 100,
    order: 'unknown',
    filters: { customerId: { meaning: 'Payments of this customer only.' } },
  },
  single: { kind: 'path', path: '/payments/:id' },
  headers: { 'commet-version': '2026-07-31' },
  credential: { header: 'x-api-key', prefix: '' },
  permission: 'to read payments',
  paging: { kind: 'opaque cursor', param: 'cursor', more: 'hasMore', next: 'nextCursor' },
  rateLimit: { requestsPerMinute: null, retryWithoutRetryAfter: false },
  account: 'livemode',
  lookbackDays: 45,
  // Often: without a total nobody notices what a page left out.
  fullReadingDays: 7,
  lateStatuses: ['succeeded', 'canceled'],
  openStatuses: ['pending', 'processing', 'requires_action', 'failed'],
  neverStored: {},
  shared: {
    ...sameNames('customer_id', 'status', 'currency', 'amount_total', 'tax_amount', 'provider', 'livemode'),
    amount_net_of_tax: 'amount_subtotal',
    // A payment is carried out as one charge: the API knows no payment in part.
    amount_paid: { whole: 'amount_total', once: 'paid' },
    customer_email: null,
    method: null,
    country: null,
    ...sameNames('created_at', 'updated_at'),
  },
  statuses: {
    ...sameNames('pending', 'requires_action', 'failed', 'canceled'),
    processing: 'pending',
    succeeded: 'paid',
  },
  taxLines: null,
  lineItems: [],
  tables: {
    payments: record('One row per version of a Commet payment.', {
      id: text("The payment's id at Commet."),
      object: text("Kind of object the API answered with: always 'payment'.", { values: ['payment'] }),
      customerId: text("The customer's id at Commet; null when the payment has no customer."),
      kind: text('How the payment came about: by a payment link, or charged directly.', { values: ['link', 'charge'] }),
      status: text('Where the payment stands, in Commet’s words. failed and requires_action can still change.', {
        values: ['pending', 'processing', 'succeeded', 'requires_action', 'failed', 'canceled'],
      }),
      provider: text('The payment provider that carries the payment out.', { values: ['stripe', 'commet', 'dlocal'] }),
      amountSubtotal: money("Amount before tax, in the currency's minor unit."),
      taxAmount: money("Tax on the payment, in the currency's minor unit."),
      amountTotal: money("What the customer pays, tax included, in the currency's minor unit."),
      currency: text('ISO 4217 currency code, as the API writes it.'),
      description: text('What the payment is for, as the merchant wrote it.', { personal: 'free text' }),
      url: text('Link under which the customer pays; null when there is none.'),
      expiresAt: instant('When the link stops taking a payment; null when it does not.'),
      createdAt: instant('When the payment was created. Decides the month it is filed under.'),
      updatedAt: instant('When the API last changed the payment, by its own word.'),
      livemode: flag('True for real money, false for the sandbox. The key decides.'),
    }),
    metadata: entries(
      'metadata',
      'One row per key the merchant attached to a payment.',
      text('The key, as the merchant wrote it.'),
      json('The value as JSON text: a text stands in quotes. Null for a key that says secret, token or the like.', {
        personal: 'free text',
      }),
    ),
  },
});
