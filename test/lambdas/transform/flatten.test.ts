import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import type { Row } from '../../../lambdas/sources/row.ts';
import type { Source } from '../../../lambdas/sources/source.ts';
import type { Column } from '../../../lambdas/sources/table.ts';
import { compileFlatten } from '../../../lambdas/transform/flatten.ts';
import { restoreRecord } from '../../../lambdas/transform/restore.ts';
import { answeredAt } from '../../support/flattened.ts';
import { hostileRecord, neverStoredValue } from '../../support/hostile-record.ts';
import { comparable, expectSame } from '../../support/same-record.ts';
import { sourcesUnderTest } from '../../support/source-under-test.ts';

const wanted: Readonly<Record<Column['type'], (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string' && value.isWellFormed(),
  json: (value) => typeof value === 'string' && value.isWellFormed(),
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isSafeInteger(value) && !Object.is(value, -0),
  double: (value) => Number.isFinite(value) && !Object.is(value, -0),
  instant: (value) => Number.isSafeInteger(value),
};

const isInside = ({ name, type }: Column, value: unknown): boolean =>
  value === null || (name === '_hash' ? typeof value === 'bigint' : wanted[type](value));

/** The same value with the members of every object in it in the opposite order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  const copy = {};
  for (const [key, inside] of Object.entries(value).reverse()) {
    Object.defineProperty(copy, key, { value: turned(inside), enumerable: true, writable: true, configurable: true });
  }
  return copy;
}

const withoutHash = (rows: readonly Row[][]): Row[][] =>
  rows.map((ofTable) => ofTable.map((row) => row.filter((value) => typeof value !== 'bigint')));

describe.each(sourcesUnderTest)('%s, whatever a record holds', (_, source: Source) => {
  const flatten = compileFlatten(source);

  it('gives the record back from its rows, every value inside its column type, nothing that is never stored', () => {
    fc.assert(
      fc.property(hostileRecord(source), (record) => {
        const { rows } = flatten(record, answeredAt);
        expectSame(comparable(source, restoreRecord(source, rows)), comparable(source, record));
        for (const [number, { name, columns }] of source.tables.entries()) {
          for (const row of rows[number] ?? []) {
            const outside = columns
              .filter((column, index) => !isInside(column, row[index]))
              .map((column) => column.name);
            if (outside.length > 0 || row.length !== columns.length) expect([name, outside, row.length]).toBeNull();
            if (row.some((value) => String(value).includes(neverStoredValue))) expect(row).toBe('without secrets');
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('does not see the order of keys or nothing in it, and sees every other change', () => {
    const records = fc.tuple(hostileRecord(source), hostileRecord(source), fc.nat());
    fc.assert(
      fc.property(records, ([one, other, choice]) => {
        const { hash, rows } = flatten(one, answeredAt);
        expect(flatten({ nothing: null, ...(turned(one) as typeof one) }, answeredAt + 1000).hash).toBe(hash);
        const keys = Object.keys(other);
        const key = keys[choice % keys.length] as string;
        const changed = { ...one };
        Object.defineProperty(changed, key, { value: other[key], enumerable: true });
        const after = flatten(changed, answeredAt);
        const isSame = isDeepStrictEqual(withoutHash(after.rows), withoutHash(rows));
        expect(after.hash === hash).toBe(isSame);
        if (isSame) expectSame(comparable(source, changed), comparable(source, one));
      }),
      { numRuns: 150 },
    );
  });
});

test('another zone of the same instant is the same payment', () => {
  for (const [, source] of sourcesUnderTest) {
    const flatten = compileFlatten(source);
    const path = source.payments.columns.find(({ name }) => name === source.shared.updated_at)?.path?.split('.') ?? [];
    const at = (instant: string) =>
      flatten({ id: 'p1', ...path.reduceRight<object>((inside, name) => ({ [name]: inside }), instant as never) }, 0);
    expect(at('2026-01-01T02:00:00+02:00')).toEqual(at('2026-01-01T00:00:00.000Z'));
    expect(at('2026-01-01T02:00:00+02:00').updatedAt).toBe(Date.UTC(2026, 0, 1));
  }
});
