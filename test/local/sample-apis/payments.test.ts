import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { commet } from '../../../lambdas/sources/commet.ts';
import type { Source } from '../../../lambdas/sources/source.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { Payment, SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { ids } from './ask.ts';

const payments = 2000;
let samples: SampleApi[];
let page: Payment[];
let comm: Payment[];

beforeAll(async () => {
  samples = [await startCheckoutPage({ payments }), await startCommet({ payments })];
  [page = [], comm = []] = samples.map((sample) => [...sample.all()]);
});
afterAll(() => Promise.all(samples.map((sample) => sample.close())));

/** Every path a value was found at; arrays as `[]`, free keys of maps left out. */
function pathsOf(records: readonly Payment[], maps: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const look = (value: unknown, path: string): void => {
    if (Array.isArray(value)) for (const item of value) look(item, `${path}[]`);
    else if (typeof value === 'object' && value !== null && !maps.includes(path)) {
      for (const [key, inner] of Object.entries(value)) look(inner, path ? `${path}.${key}` : key);
    } else if (value !== null) seen.add(path);
  };
  for (const record of records) look(record, '');
  return seen;
}

function declaredPaths(source: Source): Set<string> {
  const declared = new Set(Object.keys(source.neverStored));
  for (const { shape, path, columns } of source.tables) {
    if (shape === 'entries') declared.add(path);
    else if (shape === 'values') declared.add(`${path}[]`);
    else {
      const before = shape === 'record' ? '' : `${path}[].`;
      for (const column of columns) if (column.path !== null) declared.add(before + column.path);
    }
  }
  return declared;
}

test('every documented field has a value in some payment, and no payment has a field that is not documented', () => {
  expect([...pathsOf(page, ['queryParameters'])].sort()).toEqual([...declaredPaths(checkoutPage)].sort());
  expect([...pathsOf(comm, ['metadata'])].sort()).toEqual([...declaredPaths(commet)].sort());
});

test('the same seed gives the same payments, another seed others', async () => {
  const again = await startCheckoutPage({ payments, seed: 1 });
  const other = await startCheckoutPage({ payments, seed: 2 });
  expect([...again.all()]).toEqual(page);
  const known = new Set(ids(page));
  expect(ids([...other.all()]).filter((id) => known.has(id))).toEqual([]);
  await Promise.all([again.close(), other.close()]);
});

test('the list is strictly descending by createdAt and id, and some payments share an instant', () => {
  for (const list of [page, comm]) {
    const keys = list.map(({ createdAt, id }) => `${createdAt} ${id}`);
    expect(keys).toEqual([...keys].sort().reverse());
    expect(new Set(keys).size).toBe(payments);
    expect(new Set(list.map(({ createdAt }) => createdAt)).size).toBeLessThan(payments);
    expect(list[0]?.createdAt).toBe('2026-06-30T12:00:00.000Z');
    expect(String(list.at(-1)?.createdAt).slice(0, 10)).toBe('2024-06-30');
  }
});

test('every payment is found by its id, whose first 8 digits are the creation second', () => {
  const [sample] = samples;
  for (const payment of page.slice(0, 200)) {
    expect(sample?.byId(String(payment.id))).toEqual(payment);
    expect(Number.parseInt(String(payment.id).slice(0, 8), 16)).toBe(
      Math.floor(Date.parse(String(payment.createdAt)) / 1000),
    );
  }
  expect(sample?.byId('0'.repeat(24))).toBeUndefined();
  expect(samples[1]?.byId(String(comm[7]?.id))).toEqual(comm[7]);
});

interface Cart {
  productPrice: number;
  quantity: number;
  setupFee?: number;
  variants: { selectedOptions: { quantity: number; additionalChargeAmount: number }[] }[];
  discount?: { amount: number };
  coupon?: { discount: number } | null;
  fees: { amount: number }[];
}

/** What a merchant would reckon: the goods, less what was taken off, with the fees. */
function netOf(cart: Cart): number {
  const options = cart.variants.flatMap(({ selectedOptions }) => selectedOptions);
  const extras = options.reduce((sum, option) => sum + option.quantity * option.additionalChargeAmount, 0);
  const goods = cart.productPrice * cart.quantity + extras + (cart.setupFee ?? 0);
  const off = (cart.discount?.amount ?? 0) + (cart.coupon?.discount ?? 0);
  return Math.max(0, goods - off) + cart.fees.reduce((sum, fee) => sum + fee.amount, 0);
}

test('amounts are integers that add up, from the goods to the taxes with their lines', () => {
  for (const payment of page) {
    expect(netOf(payment as unknown as Cart)).toBe(payment.amountExcludingTax);
    const lines = payment.taxBreakdown as { taxAmount: number }[];
    expect(lines.reduce((sum, line) => sum + line.taxAmount, 0)).toBe(payment.taxAmount);
    expect(Number(payment.amountExcludingTax) + Number(payment.taxAmount)).toBe(payment.amount);
    expect(Number.isSafeInteger(payment.amount) && Number.isSafeInteger(payment.amountPaid)).toBe(true);
  }
  for (const payment of comm) {
    expect(Number(payment.amountSubtotal) + Number(payment.taxAmount)).toBe(payment.amountTotal);
  }
});

test('currencies have 0, 2 and 3 decimals, statuses are all of the documented ones, some payments are tests', () => {
  for (const list of [page, comm]) {
    const currencies = new Set(list.map(({ currency }) => String(currency).toUpperCase()));
    expect([...currencies]).toEqual(expect.arrayContaining(['USD', 'EUR', 'GBP', 'JPY', 'KWD']));
  }
  const statuses = (source: Source) => source.payments.columns.find(({ path }) => path === 'status')?.values;
  expect([...new Set(page.map(({ status }) => status))].sort()).toEqual([...(statuses(checkoutPage) ?? [])].sort());
  expect([...new Set(comm.map(({ status }) => status))].sort()).toEqual([...(statuses(commet) ?? [])].sort());
  expect(new Set(page.map(({ livemode }) => livemode))).toEqual(new Set([true, false]));
});

test('a payment with an intent has its client secret, recognisable, and none without', () => {
  for (const { stripePaymentIntentId: intent, stripePaymentIntentClientSecret: secret } of page) {
    if (intent === null) expect(secret).toBeUndefined();
    else expect(String(secret)).toMatch(`${intent}_secret_SAMPLE`);
  }
});

test('values are null in some payments and their keys missing in others', () => {
  for (const key of ['coupon', 'paymentMethod']) {
    expect(page.some((payment) => payment[key] === null)).toBe(true);
    expect(page.some((payment) => !(key in payment))).toBe(true);
  }
  expect(page.every((payment) => Object.values(payment).every((value) => value !== undefined))).toBe(true);
  expect(comm.some(({ metadata }) => metadata === null)).toBe(true);
  expect(comm.some(({ metadata }) => Object.values(metadata ?? {}).includes(null))).toBe(true);
});

test('a Checkout Page payment takes 3 to 4 kB of JSON', () => {
  const bytes = Buffer.byteLength(JSON.stringify(page)) / payments;
  expect(bytes).toBeGreaterThan(3000);
  expect(bytes).toBeLessThan(4000);
});
