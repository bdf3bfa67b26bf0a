import { Chance, mix } from './chance.ts';
import { currencyFor, price } from './money.ts';
import type { PaymentMaker } from './payment-list.ts';
import { customerAt } from './people.ts';
import { statusTable } from './status-table.ts';

const statusAt = statusTable({
  succeeded: 820,
  pending: 50,
  failed: 45,
  canceled: 45,
  processing: 20,
  requires_action: 20,
});

/** Commet's customer ids: a number in clothes, so that a filter need not make a payment to know whose it is. */
export const customerNumber = {
  of: customerAt,
  /** -2: no such customer. */
  parse(customerId: string): number {
    const number = Number.parseInt(/^cus_([0-9a-z]{4})[0-9a-z]{12}$/.exec(customerId)?.[1] ?? '', 36);
    return customerIdOf(number) === customerId ? number : -2;
  },
};

function customerIdOf(customer: number): string | null {
  if (!(customer >= 0)) return null;
  return `cus_${customer.toString(36).padStart(4, '0')}${new Chance(0xcc5, customer).code(12)}`;
}

const descriptions = [
  'Website redesign, second instalment',
  'Team plan: 12 seats, annual',
  'Überarbeitung des Logos',
  'コンサルティング料（6月分）',
  'Workshop “Data for everyone” – 2 días',
  'رسوم الاشتراك السنوي',
  'Invoice #4711\nthank you!',
  '',
] as const;

/** @param livemode what the key decides: every payment of the account says so */
export function commetMaker(seed: number, livemode: boolean): PaymentMaker {
  const id = (index: number) => `pay_${index.toString(36).padStart(7, '0')}${new Chance(seed ^ 0x1d, index).code(9)}`;
  return {
    id,
    indexOf: (text) => Number.parseInt(/^pay_([0-9a-z]{7})[0-9a-z]{9}$/.exec(text)?.[1] ?? '', 36),
    status: (index) => statusAt(mix(seed ^ 0x57a7, index)),
    make(index, { createdAt, status, updatedAt, until }) {
      const chance = new Chance(seed, index);
      const currency = currencyFor(chance);
      const amountSubtotal = price(chance.integer(500, 90_000) / 100, currency);
      const taxAmount = chance.is(0.6) ? Math.round(amountSubtotal * chance.pick([0.05, 0.0875, 0.19, 0.2, 0.21])) : 0;
      const kind = chance.is(0.7) ? 'link' : 'charge';
      const life = chance.integer(0, status === 'canceled' || status === 'failed' ? 20 * 86_400_000 : 900_000);
      const slug = chance.code(14);
      const expires = chance.is(0.8);
      return {
        id: id(index),
        object: 'payment',
        customerId: customerIdOf(customerAt(seed, index)),
        kind,
        status,
        provider: chance.pick(['stripe', 'stripe', 'stripe', 'commet', 'dlocal']),
        amountSubtotal,
        taxAmount,
        amountTotal: amountSubtotal + taxAmount,
        currency: currency.code,
        description: chance.pick(descriptions),
        metadata: metadata(chance, index),
        url: kind === 'link' ? `https://pay.commet.example/${slug}` : null,
        expiresAt: kind === 'link' && expires ? new Date(createdAt + 7 * 86_400_000).toISOString() : null,
        createdAt: new Date(createdAt).toISOString(),
        updatedAt: new Date(updatedAt ?? Math.min(createdAt + life, until)).toISOString(),
        livemode,
      };
    },
  };
}

/** What merchants put there: any JSON value, null among them, under any key. */
function metadata(chance: Chance, index: number): Record<string, unknown> | null {
  if (chance.is(0.15)) return null;
  if (chance.is(0.15)) return {};
  const all: Record<string, unknown> = { order: `A-${10_000 + index}`, channel: chance.pick(['web', 'mobile', null]) };
  if (chance.is(0.4)) all.seats = chance.integer(1, 250);
  if (chance.is(0.3)) all.ratio = chance.integer(1, 9999) / 10_000;
  if (chance.is(0.3)) all.gift = chance.is(0.5);
  if (chance.is(0.2)) all.tags = ['vip', chance.code(4), null, 3];
  if (chance.is(0.2)) all.crm = { id: chance.integer(1, 1e9), owner: { name: 'Zoë', team: null }, open: [] };
  if (chance.is(0.1)) all['Größe 📏'] = '½ L';
  if (chance.is(0.05)) all.note = 'line one\nline "two"\t\\end';
  if (chance.is(0.03)) all[''] = 'a key without a name';
  if (chance.is(0.01)) all.api_key = `key_secret_SAMPLE${chance.code(12)}`;
  return all;
}
