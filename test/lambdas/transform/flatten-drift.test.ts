import { TerminalError } from '../../../lambdas/errors.ts';
import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { commet } from '../../../lambdas/sources/commet.ts';
import { restoreRecord } from '../../../lambdas/transform/restore.ts';
import { marketStall } from '../../fixtures/market_stall/source.ts';
import { answeredAt, flattened } from '../../support/flattened.ts';
import { neverStoredValue } from '../../support/hostile-record.ts';

/** Everything that leaves the flattening: rows, the record put together from them, and what is noted. */
const everythingOf = ({ flat, drift }: ReturnType<typeof flattened>, source = checkoutPage): string =>
  JSON.stringify([flat.rows, restoreRecord(source, flat.rows), drift], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );

describe('an unknown field', () => {
  it('is kept in _extra of the nearest row, under its path, and noted there', () => {
    const { drift, rows } = flattened(checkoutPage, {
      tip: 5,
      billing: { vat: 'NL1', address: { floor: 2 } },
      variants: [{ name: 'Size', hint: 'h', selectedOptions: [{ discount: { reason: 'sale' } }] }],
    });
    expect(rows('payments')[0]).toMatchObject({ _extra: '{"billing":{"address":{"floor":2},"vat":"NL1"},"tip":5}' });
    expect(rows('variants')).toEqual([{ position: 0, name: 'Size', _extra: '{"hint":"h"}' }]);
    expect(rows('variant_options')).toEqual([
      { variant_position: 0, position: 0, _extra: '{"discount":{"reason":"sale"}}' },
    ]);
    expect(drift.toSorted()).toEqual([
      'unknown field payments billing.address.floor number',
      'unknown field payments billing.vat string',
      'unknown field payments tip number',
      'unknown field variant_options discount.reason string',
      'unknown field variants hint string',
    ]);
  });

  it('that holds nothing is noted, since the API has it, and not kept', () => {
    const { drift, rows } = flattened(commet, { refunds: [], fee: null, tip: {} });
    expect(rows('payments')).toEqual([{ payment_id: 'p1' }]);
    expect(drift).toEqual([
      'unknown field payments refunds array',
      'unknown field payments fee null',
      'unknown field payments tip object',
    ]);
  });

  it('is noted once for its whole value, not for what lies inside', () => {
    expect(flattened(commet, { risk: { score: 5, rules: [{ name: 'x' }] } }).drift).toEqual([
      'unknown field payments risk object',
    ]);
  });
});

describe('a value that does not fit', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ['a float for money', { amount: 10.5 }, { _extra: '{"amount":10.5}' }, 'amount number'],
    ['money beyond 2^53', { amount: 2 ** 53 }, { _extra: '{"amount":9007199254740992}' }, 'amount number'],
    ['money as text', { amount: '10' }, { _extra: '{"amount":"10"}' }, 'amount string'],
    ['a number for text', { locale: 5 }, { _extra: '{"locale":5}' }, 'locale number'],
    ['half a surrogate pair', { locale: '\ud83d' }, { _extra: '{"locale":"\\ud83d"}' }, 'locale string'],
    ['an object for a value', { status: { is: 1 } }, { _extra: '{"status":{"is":1}}' }, 'status object'],
    [
      'a date for an instant',
      { createdAt: '2026-01-01' },
      { _extra: '{"createdAt":"2026-01-01"}' },
      'createdAt string',
    ],
    ['an array for an object', { billing: [{ name: 'A' }] }, { _extra: '{"billing":[{"name":"A"}]}' }, 'billing array'],
    ['a text for an object', { billing: 'A' }, { _extra: '{"billing":"A"}' }, 'billing string'],
    ['an object for an array', { fees: { amount: 1 } }, { _extra: '{"fees":{"amount":1}}' }, 'fees object'],
    ['a text for an array', { transactionIds: 't1' }, { _extra: '{"transactionIds":"t1"}' }, 'transactionIds string'],
    [
      'an array for a map',
      { queryParameters: ['a'] },
      { _extra: '{"queryParameters":["a"]}' },
      'queryParameters array',
    ],
  ])('%s stands in _extra, and its column is null', (_, member, cells, noted) => {
    const { drift, rows, flat } = flattened(checkoutPage, member);
    expect(rows('payments')).toEqual([{ payment_id: 'p1', ...cells }]);
    expect(drift).toEqual([`value did not fit payments ${noted}`]);
    expect(flat.rows.flat()).toHaveLength(1);
  });

  it('as an element stands in _extra of its row, which keeps its place', () => {
    const { drift, rows } = flattened(checkoutPage, {
      fees: [5, null, { name: 'a' }, ['x'], '', {}],
      transactionIds: ['t1', 7, null, { id: 't2' }, ''],
    });
    expect(rows('fees')).toEqual([
      { position: 0, _extra: '5' },
      { position: 1 },
      { position: 2, name: 'a' },
      { position: 3, _extra: '["x"]' },
      { position: 4, _extra: '""' },
      { position: 5 },
    ]);
    expect(rows('transactions')).toEqual([
      { position: 0, transaction_id: 't1' },
      { position: 1, _extra: '7' },
      { position: 2 },
      { position: 3, _extra: '{"id":"t2"}' },
      { position: 4, transaction_id: '' },
    ]);
    expect(drift).toEqual([
      'value did not fit fees  number',
      'value did not fit fees  array',
      'value did not fit fees  string',
      'value did not fit transactions  number',
      'value did not fit transactions  object',
    ]);
  });

  it('of the payment itself leaves createdAt unreadable, in every row', () => {
    const { flat } = flattened(checkoutPage, { createdAt: 'soon', fees: [{ name: 'a' }] });
    expect(flat.createdAt).toBeNull();
    expect(flat.rows[2]?.[0]?.slice(0, 3)).toEqual(['p1', null, 0]);
  });
});

describe('an unknown word', () => {
  it('of a documented list is stored all the same, and noted without the word', () => {
    const { drift, rows } = flattened(commet, { status: 'refunded', kind: 'link' });
    expect(rows('payments')[0]).toMatchObject({ status: 'refunded', kind: 'link' });
    expect(drift).toEqual(['unknown value payments status string']);
  });

  it('is not noted where the value is nothing', () => {
    expect(flattened(commet, { status: null, kind: undefined }).drift).toEqual([]);
  });
});

describe('what is never stored', () => {
  it('leaves no trace: not in a row, not in what is noted', () => {
    const never = { stripePaymentIntentClientSecret: neverStoredValue };
    const all = flattened(checkoutPage, never);
    expect(all.rows('payments')).toEqual([{ payment_id: 'p1' }]);
    expect(all.drift).toEqual([]);
    expect(flattened(checkoutPage, {}).flat.hash).toBe(all.flat.hash);
    expect(flattened(checkoutPage, { stripePaymentIntentClientSecret: { is: neverStoredValue } }).drift).toEqual([]);
  });

  it('may lie in an object, and in the elements of a list', () => {
    const receipt = {
      card: { number: neverStoredValue, brand: 'visa' },
      cart: { lines: [{ gift: { code: neverStoredValue, for: 'Zoë' } }, { gift: { code: neverStoredValue } }] },
    };
    const all = flattened(marketStall, receipt);
    expect(everythingOf(all, marketStall)).not.toContain(neverStoredValue);
    expect(all.drift).toEqual([]);
    expect(all.rows('lines')).toEqual([{ position: 0, gift_for: 'Zoë' }, { position: 1 }]);
  });

  it('is an unknown field that says secret by its name, at any depth and in any shape', () => {
    const secret = neverStoredValue;
    const all = flattened(checkoutPage, {
      clientSecret: secret,
      apiKeys: [secret],
      billing: { access_token: { value: secret }, address: { password: secret } },
      fees: [{ authorization: secret }, [{ token: secret }]],
      risk: { inside: [{ 'x-api-key': secret, score: 1 }] },
      shipping: [{ name: 'A', secret }],
      locale: { secret },
      transactionIds: [{ secret }],
    });
    expect(everythingOf(all)).not.toContain(secret);
    expect(everythingOf(all)).not.toMatch(/access_token|password|authorization|api-key|clientSecret|apiKeys/);
    expect(all.rows('payments')[0]).toMatchObject({
      _extra: '{"risk":{"inside":[{"score":1}]},"shipping":[{"name":"A"}]}',
    });
  });
});

test('a record nested deeper than 1000 is refused, whichever field it is in', () => {
  const deep = (depth: number): string => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
  expect(() => flattened(commet, `{"id": "p1", "metadata": {"a": ${deep(1002)}}}`)).toThrow(TerminalError);
  expect(() => flattened(commet, `{"id": "p1", "unknown": ${deep(100_000)}}`)).toThrow(TerminalError);
});

test('every row says when the API answered, and has a value for each column', () => {
  const { flat } = flattened(checkoutPage, { fees: [{}], variants: [{ selectedOptions: [{}] }] });
  for (const [number, { columns }] of checkoutPage.tables.entries()) {
    for (const row of flat.rows[number] ?? []) {
      expect(row).toHaveLength(columns.length);
      expect(row[columns.findIndex(({ name }) => name === '_loaded_at')]).toBe(answeredAt);
    }
  }
});
