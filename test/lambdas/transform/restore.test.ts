import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { commet } from '../../../lambdas/sources/commet.ts';
import { restoreRecord } from '../../../lambdas/transform/restore.ts';
import { marketStall } from '../../fixtures/market_stall/source.ts';
import { flattened } from '../../support/flattened.ts';

/** As JSON has it: without the prototypes that restored objects do not have. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const restored = (source: typeof commet, record: Record<string, unknown>): unknown =>
  plain(restoreRecord(source, flattened(source, record).flat.rows));

test('a record comes back, its instants in UTC, without what was nothing', () => {
  const record = {
    livemode: false,
    amountTotal: 0,
    description: '',
    createdAt: '2026-01-01T02:00:00+02:00',
    expiresAt: null,
    metadata: {},
  };
  expect(restored(commet, record)).toEqual({
    id: 'p1',
    livemode: false,
    amountTotal: 0,
    description: '',
    createdAt: '2026-01-01T00:00:00.000Z',
  });
});

test('children come back in their places, and those below them in theirs', () => {
  const variants = [
    { name: 'Size', selectedOptions: [{ optionName: 'L' }, { optionName: 'XL', discount: { amount: 5 } }] },
    { name: 'Engraving' },
    { selectedOptions: [{ quantity: 2 }] },
  ];
  expect(restored(checkoutPage, { variants, transactionIds: ['b', 'a'] })).toEqual({
    id: 'p1',
    variants,
    transactionIds: ['b', 'a'],
  });
});

test('what lies below objects inside elements comes back there', () => {
  const lines = [
    { price: { each: 5, discounts: [{ worth: 0.5 }, { worth: 1 }] }, tags: ['new', ''], notes: { a: 'b' } },
    { price: { discounts: [{ worth: 2 }] }, taxes: [{ name: 'VAT', rate: 19 }] },
  ];
  const times = { reminders: ['2026-01-02T00:00:00.000Z'] };
  expect(restored(marketStall, { cart: { lines }, times })).toEqual({ id: 'p1', cart: { lines }, times });
});

test('what was not known lies beside what was, at every row', () => {
  const record = {
    id: 'p1',
    billing: { name: 'A', vat: 'NL1', address: { city: 'B', floor: 2 } },
    fees: [{ name: 'a', kind: { of: ['x'] } }, 'odd', { amount: 1.5 }],
    queryParameters: { a: 5, b: 'c' },
    tip: { a: [1, null] },
  };
  expect(restored(checkoutPage, record)).toEqual(record);
});

test('a payment needs only its own row', () => {
  const { rows } = flattened(checkoutPage, { locale: 'nl', fees: [{ name: 'a' }] }).flat;
  expect(plain(restoreRecord(checkoutPage, [rows[0] ?? []]))).toEqual({ id: 'p1', locale: 'nl' });
});
