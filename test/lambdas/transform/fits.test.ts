import type { ColumnType } from '../../../lambdas/sources/column.ts';
import { fits } from '../../../lambdas/transform/fits.ts';

const at = Date.UTC(2026, 0, 1);

/** Column type → values that fit, with what they become. */
const fitting: Readonly<Record<ColumnType, readonly (readonly [unknown, unknown])[]>> = {
  text: ['', ' ', 'null', '\u0000', 'שלום', '👩‍👩‍👧', '\ufeff', '\uffff', 'x'.repeat(1e6)].map((text) => [text, text]),
  json: [
    ['', '""'],
    [1.5, '1.5'],
    [false, 'false'],
    [[1, null], '[1,null]'],
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    ['\ud83d', '"\\ud83d"'],
    [{ secret: 'x' }, null],
  ],
  boolean: [
    [true, true],
    [false, false],
  ],
  integer: [
    ...[0, 1, -1, 4294967296, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER].map((n) => [n, n] as const),
    [-0, 0],
    [1.0, 1],
    [1e15, 1_000_000_000_000_000],
  ],
  double: [...[0, 1, 0.1, -1.5, 5e-324, Number.MAX_VALUE, 2 ** 53].map((n) => [n, n] as const), [-0, 0]],
  instant: [
    ['2026-01-01T00:00:00Z', at],
    ['2026-01-01T01:00:00+01:00', at],
  ],
};

/** Column type → values that do not fit. */
const misfits: Readonly<Record<ColumnType, readonly unknown[]>> = {
  text: [0, true, ['a'], { a: 1 }, '\ud83d', 'a\udc00b', '\ude00\ud83d'],
  json: [],
  boolean: [0, 1, 'true', '', [true], { a: true }],
  integer: [0.5, 2 ** 53, -(2 ** 53), 1e300, Number.POSITIVE_INFINITY, '1', '', true, [1], { a: 1 }],
  double: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, '1.5', '', true, [1], { a: 1 }],
  instant: ['2026-01-01', '', at, at / 1000, true, ['2026-01-01T00:00:00Z'], { a: 1 }],
};

describe.each(Object.keys(fits) as ColumnType[])('a column of type %s', (type) => {
  it('takes what fits', () => {
    expect(fitting[type].map(([value]) => fits[type](value))).toStrictEqual(fitting[type].map(([, cell]) => cell));
  });

  it('takes nothing else', () => {
    expect(misfits[type].map((value) => fits[type](value))).toStrictEqual(misfits[type].map(() => undefined));
  });
});
