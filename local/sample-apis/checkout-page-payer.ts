import type { Chance } from './chance.ts';
import { emailOf, type Person, personOf } from './people.ts';
import type { Payment } from './sample-api.ts';

const agents = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
] as const;

const options: readonly [Payment, ...Payment[]] = [
  { type: 'full', name: 'Pay in full', description: null },
  { type: 'full', name: 'Pay in full' },
  { type: 'partial', name: 'Deposit', description: 'The rest on arrival', partialAmount: 2500 },
  {
    type: 'manual',
    name: 'Überweisung',
    instructions: 'IBAN on the invoice.\nDue in 14 days.',
    manualType: 'bank_transfer',
  },
];

const addressOf = (person: Person, line2: string | null): Payment => ({
  line1: person.line1,
  line2,
  city: person.city,
  state: person.state || null,
  postalCode: person.postalCode,
  country: person.country,
});

/** The payment's keys that tell who paid, from where, and with what. @param customer -1: nobody known */
export function payerOf(chance: Chance, customer: number, product: { status: string; amount: number }): Payment {
  const person = personOf(Math.max(0, customer));
  const email = customer < 0 ? null : emailOf(customer);
  const address = addressOf(person, chance.is(0.3) ? `Floor ${chance.integer(1, 30)}` : null);
  const isAbandoned = product.status === 'draft_expired' || chance.is(0.04);
  const option = chance.pick(options);
  return {
    customerEmail: email,
    customerId: customer < 0 ? undefined : `cafe${customer.toString(16).padStart(20, '0')}`,
    billing: {
      name: customer < 0 ? null : person.name,
      ...(person.company ? { companyName: person.company, billingEmail: `accounts.${customer}@example.org` } : {}),
      email,
      phone: chance.is(0.7) ? person.phone : null,
      address,
    },
    shipping: chance.is(0.5)
      ? { name: person.name, phone: person.phone, address: chance.is(0.8) ? address : { country: person.country } }
      : null,
    fields: fieldsOf(chance),
    paymentMethod: methodOf(chance, person),
    paymentOption:
      option.partialAmount === undefined ? option : { ...option, partialAmount: Math.ceil(product.amount / 4) },
    locale: person.locale,
    sessionId: `cs_${chance.code(24)}`,
    userAgent: chance.pick(agents),
    screenWidth: chance.pick([390, 414, 768, 1440, 2560]),
    visitId: chance.is(0.9) ? chance.hex(24) : null,
    queryParameters: queryOf(chance),
    isAbandoned,
  };
}

function fieldsOf(chance: Chance): Payment[] {
  const fields: Payment[] = [];
  if (chance.is(0.75)) {
    fields.push({
      fieldId: chance.hex(24),
      label: 'How did you hear of us?',
      value: chance.pick(['A friend', 'Пошук', '検索で', 'من صديق', '“Newsletter”, page 2\nthe one with the 🐈']),
      element: 'input',
      type: 'text',
      meta: null,
      reference: 'heard_of',
    });
  }
  if (chance.is(0.5)) {
    const value = chance.pick(['true', 'false', '']);
    fields.push({
      fieldId: chance.hex(24),
      label: 'AGB gelesen',
      value,
      element: 'checkbox',
      type: 'boolean',
      meta: 'consent:v3',
    });
  }
  if (chance.is(0.3)) {
    fields.push({ fieldId: chance.hex(24), label: 'Date of arrival', value: null, element: 'input', type: 'date' });
  }
  return fields;
}

function methodOf(chance: Chance, { country }: Person): Payment | null | undefined {
  if (chance.is(0.08)) return chance.is(0.5) ? null : undefined;
  if (chance.is(0.1)) return { gateway: 'stripe', method: 'sepa_debit', mode: 'payment', last4: '3000', country };
  return {
    gateway: 'stripe',
    method: 'card',
    wallet: chance.pick(['apple_pay', 'google_pay', null]),
    mode: 'payment',
    brand: chance.pick(['visa', 'mastercard', 'amex', 'jcb']),
    last4: String(chance.integer(0, 9999)).padStart(4, '0'),
    country,
    exp_month: chance.integer(1, 12),
    exp_year: chance.integer(2027, 2033),
    funding: chance.pick(['credit', 'debit', 'prepaid']),
  };
}

function queryOf(chance: Chance): Record<string, string> {
  const query: Record<string, string> = {};
  if (chance.is(0.5)) {
    query.utm_source = chance.pick(['newsletter', 'instagram', 'google', 'Über uns']);
    query.utm_campaign = chance.pick(['spring sale', 'レトリート', '50%+off', '']);
  }
  if (chance.is(0.3)) query.gclid = chance.code(91);
  if (chance.is(0.1)) query.ref = chance.code(8);
  if (chance.is(0.01)) query.session_token = `tok_secret_SAMPLE${chance.code(16)}`;
  return query;
}
