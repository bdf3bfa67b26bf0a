import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { text } from '../../../lambdas/sources/column.ts';
import { commet } from '../../../lambdas/sources/commet.ts';
import type { Row } from '../../../lambdas/sources/row.ts';
import { each, layOut, record, type Table } from '../../../lambdas/sources/table.ts';
import { compileFingerprint } from '../../../lambdas/transform/fingerprint.ts';
import { flattened } from '../../support/flattened.ts';

const field = text('A field.');
const payments = (...names: string[]): Table =>
  layOut('payments', record('Payments.', Object.fromEntries(['id', ...names].map((name) => [name, field]))));
const lines = (...names: string[]): Table =>
  layOut('lines', each('lines', 'Lines.', Object.fromEntries(names.map((name) => [name, field]))));

/** A row from values by column name; what is not given is null. */
const rowOf = (table: Table, cells: Record<string, Row[number]>): Row =>
  table.columns.map(({ name }) => cells[name] ?? null);

const two = [payments('a', 'b'), lines('c', 'd')] as const;
const hashTwo = compileFingerprint(two);
const hash = (payment: Record<string, Row[number]>, ...children: Record<string, Row[number]>[]): bigint =>
  hashTwo([[rowOf(two[0], payment)], children.map((cells) => rowOf(two[1], cells))]);

/** A change here writes every payment of every customer's lake anew, once: is that what you want? */
test('is pinned: these payments have these hashes for ever', () => {
  expect(hash({})).toBe(-4209147306869747398n);
  expect(hash({ a: 'x', b: 'é👩‍👩‍👧' }, { c: 1, d: true }, { c: -1.5, d: false })).toBe(7014985948350552234n);
  const commetPayment = {
    id: 'pay_1',
    status: 'succeeded',
    amountTotal: 1999,
    livemode: true,
    createdAt: '2026-03-04T05:06:07.123Z',
    metadata: { order: 'A-1', seats: 3, nested: { b: [1, null], a: 'x' } },
    unforeseen: { z: 1 },
  };
  expect(flattened(commet, commetPayment).flat.hash).toBe(-8255435681188123843n);
  const checkoutPagePayment = {
    id: '0123456789abcdef01234567',
    amountUsd: 12.5,
    billing: { address: { country: 'NL' } },
    taxBreakdown: [{ taxAmount: 210, taxRateDetails: { percentageDecimal: 21 } }],
    variants: [{ name: 'Size', selectedOptions: [{ optionName: 'L' }, { optionName: 'XL' }] }],
    transactionIds: ['t1', 't2'],
    queryParameters: { utm_source: 'mail', access_token: 'x' },
  };
  expect(flattened(checkoutPage, checkoutPagePayment).flat.hash).toBe(-5595012489351733888n);
});

const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();
const row = (table: string): Buffer => Buffer.concat([Buffer.of(0), sha256(table).subarray(0, 8)]);
const value = (kind: number, column: string, ...rest: Buffer[]): Buffer =>
  Buffer.concat([Buffer.of(kind), sha256(column).subarray(0, 8), ...rest]);
const uint32 = (number: number): Buffer => Buffer.from(Uint32Array.of(number).buffer);

test('is the first 8 bytes of SHA-256 over rows and values, each under its name', () => {
  const number = Buffer.from(Float64Array.of(1999).buffer);
  const lineBytes = [row('lines'), value(2, 'c', number), value(3, 'd')];
  const paymentBytes = [row('payments'), value(1, 'b', uint32(2), Buffer.from('né'))];
  expect(hash({ b: 'né' }, { c: 1999, d: true })).toBe(
    sha256(Buffer.concat([...lineBytes, ...paymentBytes])).readBigInt64LE(),
  );
});

test('tells neighbouring values apart', () => {
  const hashes = [
    hash({ a: 'a', b: 'b' }),
    hash({ a: 'ab', b: '' }),
    hash({ a: 'ab' }),
    hash({ a: '', b: 'ab' }),
    hash({ b: 'ab' }),
    hash({ a: '1' }),
    hash({ a: 1 }),
    hash({ a: true }),
    hash({ a: 'true' }),
    hash({ a: false }),
    hash({ a: 0 }),
    hash({ a: '' }),
    hash({}),
    hash({ a: 'null' }),
    hash({ a: 12, b: '3' }),
    hash({ a: 1, b: '23' }),
    hash({ a: 1.5 }),
    hash({ a: 2 ** 53 - 1 }),
    hash({ a: 2 ** 53 - 2 }),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('tells apart in which row, and in which table, a value stands', () => {
  const hashes = [
    hash({ a: 'x' }),
    hash({}, { c: 'x' }),
    hash({}, { d: 'x' }),
    hash({}, { c: 'x' }, {}),
    hash({}, {}, { c: 'x' }),
    hash({}, { c: 'x', d: 'x' }),
    hash({}, { c: 'x' }, { d: 'x' }),
    hash({}, {}),
    hash({}, {}, {}),
    hash({}, { position: 0 }),
    hash({}, { position: 1 }),
    hash({}, { _extra: 'x' }),
    hash({ payment_id: 'x' }),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('is equal exactly when the rows are', () => {
  const cell = fc.constantFrom<Row[number]>(null, '', 'a', 'aa', 'é', 'éa', '\u0000', 0, 1, 256, -1, 0.5, true, false);
  const payment = fc.record({ a: cell, b: cell });
  const children = fc.array(fc.record({ c: cell, d: cell }), { maxLength: 2 });
  const met = new Map<bigint, string>();
  fc.assert(
    fc.property(payment, children, (one, below) => {
      const [key, rows] = [hash(one, ...below), JSON.stringify([one, below])];
      expect(met.get(key) ?? rows).toBe(rows);
      met.set(key, rows);
    }),
    { numRuns: 3000 },
  );
  expect(met.size).toBe(new Set(met.values()).size);
});

test('does not see by which load a row came, nor what each child repeats of its payment', () => {
  const load = { _load_id: 'l', _loaded_at: 1, payment_created_at: 4 };
  const version = { _hash: 1n, _version_at: 2, _deleted_at: 3, _superseded_at: 5 };
  expect(hash({ a: 'x', ...load, ...version }, { c: 'y', ...load, payment_id: 'p' })).toBe(
    hash({ a: 'x' }, { c: 'y' }),
  );
});

test('does not see the sign of zero', () => {
  expect(hash({ a: -0 })).toBe(hash({ a: 0 }));
});

test('stays when a column or a table is declared that the payment has nothing in', () => {
  const before = hash({ a: 'x' }, { d: 'y' });
  const wider = [lines('new', 'd', 'c'), payments('new', 'b', 'a'), layOut('fees', each('fees', 'Fees.', {}))] as const;
  const payment = rowOf(wider[1], { a: 'x' });
  const line = rowOf(wider[0], { d: 'y' });
  expect(compileFingerprint(wider)([[line], [payment], []])).toBe(before);
  expect(compileFingerprint(wider)([[line], [payment], [rowOf(wider[2], {})]])).not.toBe(before);
  expect(compileFingerprint(wider)([[line], [rowOf(wider[1], { a: 'x', new: 'z' })], []])).not.toBe(before);
});

test('takes a text of any size, and is itself again behind it', () => {
  const long = 'é'.repeat(600_000);
  const before = hash({ a: 'x' });
  const bytes = [
    row('payments'),
    value(1, 'a', uint32(1), Buffer.from('x')),
    value(1, 'b', uint32(600_000), Buffer.from(long)),
  ];
  expect(hash({ a: 'x', b: long })).toBe(sha256(Buffer.concat(bytes)).readBigInt64LE());
  expect(hash({ a: 'x' })).toBe(before);
  const many = Array.from({ length: 5000 }, (_, c) => ({ c }));
  expect(hash({}, ...many)).not.toBe(hash({}, ...many.slice(1)));
});

test('tells texts apart around the length from which they are encoded another way', () => {
  const texts = new Set<string>();
  for (let length = 60; length < 70; length++) {
    for (const last of ['', 'a', 'é', '😀', '\u007f', '\u0080']) texts.add('x'.repeat(length) + last);
  }
  expect(new Set([...texts].map((a) => hash({ a }))).size).toBe(texts.size);
});
