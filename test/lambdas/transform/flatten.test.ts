import * as fc from 'fast-check';
import { sources } from '../../../lambdas/sources/index.ts';
import type { Source } from '../../../lambdas/sources/source.ts';
import { compileFlatten } from '../../../lambdas/transform/flatten.ts';
import { restoreRecord } from '../../../lambdas/transform/restore.ts';
import { hostileRecord } from '../../support/hostile-record.ts';
import { comparable } from '../../support/same-record.ts';

const answeredAt = Date.UTC(2026, 0, 1);

describe.each(sources.map((source) => [source.name, source] as const))('%s', (_, source: Source) => {
  const flatten = compileFlatten(source);

  it('gives the record back from its rows, whatever it holds', () => {
    fc.assert(
      fc.property(hostileRecord(source), (record) => {
        const { rows } = flatten(record, answeredAt);
        expect(comparable(source, restoreRecord(source, rows))).toEqual(comparable(source, record));
      }),
      { numRuns: 1500 },
    );
  });

  it('hashes equal records alike and different ones apart', () => {
    fc.assert(
      fc.property(hostileRecord(source), hostileRecord(source), (one, other) => {
        const same = JSON.stringify(comparable(source, one)) === JSON.stringify(comparable(source, other));
        expect(flatten(one, answeredAt).hash === flatten(other, answeredAt + 1000).hash).toBe(same);
      }),
      { numRuns: 500 },
    );
  });

  it('does not see the order of keys, nulls or another zone of the same instant', () => {
    fc.assert(
      fc.property(hostileRecord(source), (record) => {
        const turned = Object.fromEntries([...Object.entries(record)].reverse().filter(([key]) => key !== '__proto__'));
        const plain = Object.fromEntries(Object.entries(record).filter(([key]) => key !== '__proto__'));
        expect(flatten({ ...turned, nothing: null }, answeredAt).hash).toBe(flatten(plain, answeredAt).hash);
      }),
      { numRuns: 200 },
    );
    const at = (createdAt: string) => flatten({ id: 'p1', createdAt }, answeredAt).hash;
    expect(at('2026-01-01T02:00:00+02:00')).toBe(at('2026-01-01T00:00:00.000Z'));
  });

  it('keeps values inside their column type: only safe integers, finite doubles, well-formed text', () => {
    fc.assert(
      fc.property(hostileRecord(source), (record) => {
        const { rows } = flatten(record, answeredAt);
        for (const [number, table] of source.tables.entries()) {
          for (const row of rows[number] ?? []) {
            expect(row).toHaveLength(table.columns.length);
            for (const [index, { type, name }] of table.columns.entries()) {
              const value = row[index] as unknown;
              if (value === null) continue;
              if (type === 'integer')
                expect(name === '_hash' ? typeof value === 'bigint' : Number.isSafeInteger(value)).toBe(true);
              else if (type === 'instant') expect(Number.isSafeInteger(value)).toBe(true);
              else if (type === 'double') expect(Number.isFinite(value)).toBe(true);
              else if (type === 'boolean') expect(typeof value).toBe('boolean');
              else expect(typeof value === 'string' && value.isWellFormed()).toBe(true);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
