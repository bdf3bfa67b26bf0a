import { keepPersonalData } from '../../../lambdas/transform/personal-data.ts';
import { shapeOf, shapeUnder, shownName } from '../../../lambdas/transform/shape.ts';

test('a shape has names and types, of an array its first element, and never a value', () => {
  expect(shapeOf({ b: [{ c: 5, d: null }, { e: 1 }], a: 'Ada' })).toBe(
    '{"a":"string","b":[{"c":"number","d":"null"}]}',
  );
  expect([shapeOf('Ada'), shapeOf([]), shapeOf({}), shapeOf(true)]).toEqual(['"string"', '[]', '{}', '"boolean"']);
});

test('members with secret names are left out, and names that may be data are hidden', () => {
  expect(shapeOf({ accessToken: 'x', inner: { 'API-key': 'y', kept: 1 } })).toBe('{"inner":{"kept":"number"}}');
  expect(shapeOf({ 'ada@example.com': 1, 'Name of your dog': 2, line_1: 3 })).toBe('{"*":"number","line_1":"number"}');
});

test('an object of many members is a map: one of them is told, without its key', () => {
  const map = Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`key${at}`, { v: at }]));
  expect(shapeOf(map)).toBe('{"*":{"v":"number"}}');
});

test.each(['pi_3N4k5L6m', 'a.b', 'ä', 'x'.repeat(41), '0a', '"', '__proto__ '])('%j is taken for data', (name) => {
  expect(shownName(name)).toBe('*');
});

test.each(['createdAt', 'tax_id', 'line1', 'x-y', '__proto__', 'sha256'])('%j is taken for a field', (name) => {
  expect(shownName(name)).toBe(name);
});

test('a shape is at most 400 characters long and four deep', () => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 2000; depth++) deep = { deep };
  expect(shapeOf(deep)).toBe('{"deep":{"deep":{"deep":{"deep":"object"}}}}');
  const inner = Object.fromEntries([...'abcdefghijklmnopqrst'].map((name) => [name.repeat(9), 1]));
  const wide = Object.fromEntries([...'abcdefghij'].map((name) => [name, inner]));
  expect(shapeOf(wide)).toBe(`{${[...'abcdefghij'].map((name) => `"${name}":"object"`).join(',')}}`);
  expect(shapeOf(inner)).toBe('"object"');
});

test('under hash and drop a shape is the type alone, as in _extra', () => {
  expect(shapeUnder({ mode: 'drop' })({ Ada: { a: 1 } })).toBe('"object"');
  expect(shapeUnder(keepPersonalData)({ a: 1 })).toBe('{"a":"number"}');
});
