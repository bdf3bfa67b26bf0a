import { TerminalError } from '../../../lambdas/errors.ts';
import { isNothing, jsonText, jsonTypeOf } from '../../../lambdas/transform/json-text.ts';

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

test('null, missing, the empty array and the empty object are nothing; all else is something', () => {
  expect([null, undefined, [], {}, Object.create(null)].map(isNothing)).toEqual(Array(5).fill(true));
  const something = ['', 0, -0, Number.NaN, false, [null], [[]], { a: null }, JSON.parse('{"__proto__": null}')];
  expect(something.map(isNothing)).toEqual(something.map(() => false));
});

test.each([
  ['a text', 'é"\n', '"é\\"\\n"'],
  ['an empty text', '', '""'],
  ['a boolean', false, 'false'],
  ['zero, whatever its sign', -0, '0'],
  ['the smallest number', 5e-324, '5e-324'],
  ['a large number', 1e21, '1e+21'],
  ['what JSON.parse makes Infinity', JSON.parse('1e400'), '1e999'],
  ['and its opposite', JSON.parse('-1e400'), '-1e999'],
  ['half a surrogate pair, escaped', '\ud83d', '"\\ud83d"'],
  ['an array, its empty places as null', [1, null, {}, [], { a: null }, [null]], '[1,null,null,null,null,[null]]'],
  ['an object, its keys in order', { b: 1, a: { d: 2, c: 3 }, B: 4, '': 5 }, '{"":5,"B":4,"a":{"c":3,"d":2},"b":1}'],
  ['number-like keys in the order of texts', { 10: 1, 9: 2 }, '{"10":1,"9":2}'],
  ['an object without what is nothing', { a: null, b: [], c: { d: {} }, e: '' }, '{"e":""}'],
  ['the key __proto__', JSON.parse('{"__proto__": {"a": 1}}'), '{"__proto__":{"a":1}}'],
])('writes %s', (_, value, text) => {
  expect(jsonText(value)).toBe(text);
});

test('nothing at all has no text', () => {
  for (const value of [null, undefined, [], {}, { a: null }, { a: { b: [] } }]) expect(jsonText(value)).toBeNull();
});

test('a number beyond DOUBLE is read back as it was', () => {
  expect(JSON.parse(jsonText([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) as string)).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]);
});

test('members whose name says secret are left out, at any depth', () => {
  const value = { a: [{ clientSecret: 'x', b: { 'api-key': 'x', c: 1 } }], token: { d: 1 }, password: null };
  expect(jsonText(value)).toBe('{"a":[{"b":{"c":1}}]}');
  expect(jsonText({ secret: 'x' })).toBeNull();
  expect(jsonText([{ secret: 'x' }])).toBe('[null]');
});

test('what is nested 1000 deep has a text, deeper is refused without overflowing the stack', () => {
  expect(JSON.parse(jsonText(nested(1000)) as string)).toEqual(nested(1000));
  expect(() => jsonText(nested(1001))).toThrow(TerminalError);
  expect(() => jsonText(nested(200_000))).toThrow('a record is nested at most 1000 deep, got more');
});

test('names the type of a value as JSON does', () => {
  const values = [null, undefined, true, 1, '', [], {}];
  expect(values.map(jsonTypeOf)).toEqual(['null', 'null', 'boolean', 'number', 'string', 'array', 'object']);
});
