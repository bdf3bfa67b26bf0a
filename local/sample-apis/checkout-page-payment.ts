import { Chance, mix } from './chance.ts';
import { cartOf } from './checkout-page-cart.ts';
import { payerOf } from './checkout-page-payer.ts';
import type { PaymentMaker } from './payment-list.ts';
import { customerAt } from './people.ts';
import { present } from './present.ts';
import type { Payment } from './sample-api.ts';
import { statusTable } from './status-table.ts';

const statusAt = statusTable({
  paid: 775,
  refunded: 40,
  partial_refund: 20,
  failed: 45,
  canceled: 20,
  pending: 20,
  unpaid: 15,
  partially_paid: 10,
  created: 25,
  draft: 15,
  draft_expired: 15,
});

const hourMs = 3_600_000;
const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

/** A store has twelve pages. */
export const pageAt = (seed: number, index: number): number => mix(seed ^ 0x9a6e, index) % 12;
export const pageId = (seed: number, page: number): string => `${hex(mix(seed, 0x9a6e), 8)}${hex(page, 16)}`;

/** An order's id names its payment's index, so that a search need not look for it. */
export const orderId = (seed: number, index: number): string =>
  `ord_${hex(mix(seed ^ 0x0d, index), 8)}${hex(index, 8)}`;
export const orderIndex = (text: string): number =>
  Number.parseInt(/^ord_[0-9a-f]{8}([0-9a-f]{8})$/i.exec(text)?.[1] ?? '', 16);

/** Ids are ObjectIds: creation second, eight digits of the store's, index. */
export function checkoutPageMaker(seed: number, sellerId: string): PaymentMaker {
  const store = hex(mix(seed, 0x570e), 8);
  return {
    id: (index, createdAt) => hex(Math.floor(createdAt / 1000), 8) + store + hex(index, 8),
    indexOf: (text) => (/^[0-9a-f]{24}$/.test(text) ? Number.parseInt(text.slice(16), 16) : -1),
    status: (index) => statusAt(mix(seed ^ 0x57a7, index)),
    make(index, { createdAt, status, updatedAt, until }) {
      const chance = new Chance(seed, index);
      const cart = cartOf(chance);
      const payer = payerOf(chance, customerAt(seed, index), { status, amount: cart.amount });
      const life = lifeOf(new Chance(seed ^ 0x11fe, index), status, cart.amount, createdAt, updatedAt, until);
      return present({
        id: this.id(index, createdAt),
        orderId: orderId(seed, index),
        sellerId,
        pageId: pageId(seed, pageAt(seed, index)),
        livemode: !chance.is(0.03),
        status,
        ...cart.keys,
        ...payer,
        ...life,
        ...afterwards(chance),
        createdAt: new Date(createdAt).toISOString(),
      });
    },
  };
}

/** The keys that follow from the status. Drawn apart from all others, so that a changed status changes nothing else. */
function lifeOf(
  chance: Chance,
  status: string,
  amount: number,
  createdAt: number,
  changedAt: number | undefined,
  until: number,
): Payment {
  const isBegun = !['created', 'draft', 'draft_expired'].includes(status);
  const isPaid = ['paid', 'refunded', 'partial_refund'].includes(status);
  const isRefunded = status === 'refunded' || status === 'partial_refund';
  const settledMs = chance.integer(2, 240) * 1000;
  const laterMs = chance.integer(hourMs, 40 * 24 * hourMs);
  const changes = isRefunded || status === 'canceled' || status === 'draft_expired';
  const updatedAt = changedAt ?? Math.min(createdAt + settledMs + (changes ? laterMs : 0), until);
  const amountPaid = isPaid ? amount : status === 'partially_paid' ? Math.ceil(amount / 4) : 0;
  const intent = `pi_${chance.code(24)}`;
  const transactions = isPaid || amountPaid > 0 ? [`txn_${chance.code(24)}`] : [];
  const charge = `ch_${chance.code(24)}`;
  const refund = `re_${chance.code(24)}`;
  const secret = `${intent}_secret_SAMPLE${chance.code(19)}`;
  const recovers = chance.is(0.05);
  const mailed = chance.is(0.1);
  const by = chance.pick(['customer', 'merchant', null]);
  return {
    orderStatus: isPaid ? 'completed' : status === 'canceled' ? 'canceled' : 'open',
    amountPaid,
    amountDue: status === 'canceled' ? 0 : amount - amountPaid,
    paymentError: status === 'failed' ? 'Your card has insufficient funds.' : null,
    stripePaymentIntentId: isBegun ? intent : null,
    stripePaymentIntentClientSecret: isBegun ? secret : undefined,
    stripeChargeId: isPaid ? charge : null,
    invoiceId: isPaid ? `in_${charge.slice(3)}` : undefined,
    transactionIds: isRefunded ? [...transactions, refund] : transactions,
    canceledAt: status === 'canceled' ? new Date(updatedAt).toISOString() : undefined,
    canceledBy: status === 'canceled' ? by : undefined,
    canceledReason: status === 'canceled' ? 'requested_by_customer' : undefined,
    recoveredAt: isPaid && recovers ? new Date(createdAt + settledMs).toISOString() : null,
    abandonedCartEmailStatus: mailed ? 'sent' : null,
    abandonedCartEmailSentAt: mailed ? new Date(createdAt + 1000).toISOString() : undefined,
    updatedAt: new Date(updatedAt).toISOString(),
  };
}

function afterwards(chance: Chance): Payment {
  const takes = chance.is(0.05);
  return {
    upsell: takes,
    upsellPageId: takes ? chance.hex(24) : null,
    upsellChargeId: takes ? `ch_${chance.code(24)}` : null,
    upsellSubscriptionId: takes && chance.is(0.5) ? `sub_${chance.code(24)}` : undefined,
    licenseKeyId: chance.is(0.1) ? chance.hex(24) : null,
  };
}
