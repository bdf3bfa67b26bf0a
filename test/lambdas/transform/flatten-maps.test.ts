import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { commet } from '../../../lambdas/sources/commet.ts';
import { restoreRecord } from '../../../lambdas/transform/restore.ts';
import { marketStall } from '../../fixtures/market_stall/source.ts';
import { flattened } from '../../support/flattened.ts';

const long = 'k'.repeat(300);

describe('a map', () => {
  it('becomes a row per key, whatever the key, in the order of keys', () => {
    const keys = ['__proto__', 'constructor', '', 'id', 'ID', 'a.b', 'a\nb', long, '🗝', 'שם', '\u0000', ' '];
    const record = `{"id": "p1", "queryParameters": {${keys.map((key) => `${JSON.stringify(key)}: "v"`).join()}}}`;
    const { rows, drift, flat } = flattened(checkoutPage, record);
    expect(rows('query_parameters')).toEqual([...keys].sort().map((key) => ({ key, value: 'v' })));
    expect(drift).toEqual([]);
    const restored = restoreRecord(checkoutPage, flat.rows).queryParameters as object;
    expect(Object.keys(restored).sort()).toEqual([...keys].sort());
    expect(Object.getPrototypeOf(restored)).toBeNull();
  });

  it('has the same hash in any order of its keys', () => {
    const hash = (metadata: object) => flattened(commet, { metadata: { ...metadata } }).flat.hash;
    expect(hash({ a: 1, b: 2, 10: 3, 9: 4 })).toBe(hash({ 9: 4, b: 2, 10: 3, a: 1 }));
    expect(hash({ a: 1, b: 2 })).not.toBe(hash({ a: 2, b: 1 }));
  });

  it('keeps the row of a key that says secret, without its value', () => {
    const { rows, drift } = flattened(checkoutPage, {
      queryParameters: { access_token: 'x', 'Api Key': ['x'], utm: 'mail' },
    });
    expect(rows('query_parameters')).toEqual([
      { key: 'Api Key' },
      { key: 'access_token' },
      { key: 'utm', value: 'mail' },
    ]);
    expect(drift).toEqual([]);
  });

  it('keeps the row of a key that holds nothing', () => {
    expect(flattened(commet, { metadata: { a: null, b: {}, c: [] } }).rows('metadata')).toEqual([
      { key: 'a' },
      { key: 'b' },
      { key: 'c' },
    ]);
  });

  it('of JSON holds any value as its text, secrets inside left out', () => {
    const metadata = {
      text: 'a',
      number: 1.5,
      no: false,
      list: [1, null],
      map: { b: 1, a: { token: 'x' } },
      s: { token: 1 },
    };
    expect(flattened(commet, { metadata }).rows('metadata')).toEqual([
      { key: 'list', value: '[1,null]' },
      { key: 'map', value: '{"b":1}' },
      { key: 'no', value: 'false' },
      { key: 'number', value: '1.5' },
      { key: 's' },
      { key: 'text', value: '"a"' },
    ]);
  });

  it('of another type keeps what does not fit in _extra of its row', () => {
    const { rows, drift } = flattened(marketStall, { stamps: { a: 1, b: '1', c: 0.5, d: { e: 1 }, f: 2 ** 53 } });
    expect(rows('stamps')).toEqual([
      { key: 'a', value: 1 },
      { key: 'b', _extra: '"1"' },
      { key: 'c', _extra: '0.5' },
      { key: 'd', _extra: '{"e":1}' },
      { key: 'f', _extra: '9007199254740992' },
    ]);
    expect(drift).toEqual(['string', 'number', 'object', 'number'].map((type) => `value did not fit stamps  ${type}`));
  });

  it('keeps a key that no column can hold in _extra of the row above, and does not note the key', () => {
    const { rows, drift, flat } = flattened(checkoutPage, {
      queryParameters: { 'a\ud83d': 'x', 'token\udc00': 'y', b: 'z' },
    });
    expect(rows('query_parameters')).toEqual([{ key: 'b', value: 'z' }]);
    expect(rows('payments')).toEqual([{ payment_id: 'p1', _extra: '{"queryParameters":{"a\\ud83d":"x"}}' }]);
    expect(drift).toEqual(Array(2).fill('value did not fit payments queryParameters string'));
    expect({ ...(restoreRecord(checkoutPage, flat.rows).queryParameters as object) }).toEqual({
      b: 'z',
      'a\ud83d': 'x',
    });
  });

  it('below the elements of a list knows the element it lies in', () => {
    const lines = [{ notes: { colour: 'red' } }, { notes: null }, { notes: { colour: 'blue', Colour: 'Blue' } }];
    const { rows } = flattened(marketStall, { cart: { lines } });
    expect(rows('line_notes')).toEqual([
      { line_position: 0, key: 'colour', value: 'red' },
      { line_position: 2, key: 'Colour', value: 'Blue' },
      { line_position: 2, key: 'colour', value: 'blue' },
    ]);
  });
});

test('unknown fields named like members of every object are fields like any other', () => {
  const members = '"__proto__": {"a": 1}, "constructor": 2, "toString": "x", "hasOwnProperty": null';
  const { rows, flat } = flattened(commet, `{"id": "p1", ${members}}`);
  expect(rows('payments')).toEqual([
    { payment_id: 'p1', _extra: '{"__proto__":{"a":1},"constructor":2,"toString":"x"}' },
  ]);
  expect(Object.keys(restoreRecord(commet, flat.rows)).sort()).toEqual(['__proto__', 'constructor', 'id', 'toString']);
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});
