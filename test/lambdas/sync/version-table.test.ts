import * as fc from 'fast-check';
import { IdSet, idKey } from '../../../lambdas/sync/id-set.ts';
import { VersionTable } from '../../../lambdas/sync/version-table.ts';

interface Written {
  readonly id: string;
  readonly createdAt: number | null;
  readonly hash: bigint;
  readonly versionAt: number;
  readonly loadedAt: number;
  readonly loadId: string;
  readonly hidden: boolean;
}

const few = fc.integer({ min: 0, max: 4 });
const written: fc.Arbitrary<Written> = fc.record({
  id: fc.oneof(few.map(String), fc.string({ minLength: 1, maxLength: 24 })),
  createdAt: fc.oneof(fc.constant(null), few, fc.integer({ min: -1e13, max: 4e12 })),
  hash: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  versionAt: few,
  loadedAt: few,
  loadId: few.map((load) => `load-${load}`),
  hidden: fc.boolean(),
});

/** The rule of the current view, over a list of all versions. */
const newest = (versions: readonly Written[]): Written | undefined =>
  versions.toSorted(
    (one, other) =>
      other.versionAt - one.versionAt ||
      other.loadedAt - one.loadedAt ||
      (one.loadId < other.loadId ? 1 : one.loadId > other.loadId ? -1 : 0),
  )[0];

test('the version held is the one the current view picks, in whatever order files are read', () => {
  fc.assert(
    fc.property(fc.array(written, { maxLength: 60 }), (all) => {
      const table = new VersionTable();
      const plain = new Map<string, Written[]>();
      for (const { id, createdAt, hash, versionAt, loadedAt, loadId, hidden } of all) {
        table.add(id, createdAt, hash, versionAt, loadedAt, loadId, hidden);
        const key = JSON.stringify([id, createdAt]);
        plain.set(key, [...(plain.get(key) ?? []), { id, createdAt, hash, versionAt, loadedAt, loadId, hidden }]);
      }
      expect(table.size).toBe(plain.size);
      for (const versions of plain.values()) {
        const { id, createdAt, hash, versionAt, loadedAt, hidden } = newest(versions) as Written;
        expect(table.find(id, createdAt)).toEqual({ hash, versionAt, loadedAt, hidden });
        if (!plain.has(JSON.stringify([`${id} `, createdAt]))) expect(table.find(`${id} `, createdAt)).toBeNull();
      }
    }),
    { numRuns: 150 },
  );
});

test('ten thousand payments are told apart, at less than 120 bytes each', () => {
  const table = new VersionTable();
  const id = (index: number) => (0x68000000_00000000n + BigInt(index)).toString(16).padStart(24, '0');
  for (let index = 0; index < 10_000; index++) table.add(id(index), index * 1000, BigInt(index), index, 0, 'l', false);
  expect(table.size).toBe(10_000);
  expect(table.bytes).toBeLessThan(10_000 * 120);
  const indices = Array.from({ length: 10_000 }, (_, index) => index);
  expect(indices.filter((index) => table.find(id(index), index * 1000)?.hash !== BigInt(index))).toEqual([]);
  expect(indices.filter((index) => table.find(id(index), index * 1000 + 1) !== null)).toEqual([]);
});

test('an id set holds what a plain set holds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 8 }), { maxLength: 200 }),
      fc.string({ maxLength: 8 }),
      (ids, other) => {
        const [set, plain] = [new IdSet(), new Set(ids)];
        for (const id of ids) set.add(id);
        expect(set.size).toBe(plain.size);
        for (const id of [...ids, other]) expect(set.has(id)).toBe(plain.has(id));
      },
    ),
  );
});

test('an id set grows past its first size', () => {
  const set = new IdSet();
  for (let index = 0; index < 20_000; index++) for (let times = 0; times < 2; times++) set.add(`pay_${index}`);
  expect(set.size).toBe(20_000);
  expect(set.has('pay_19999')).toBe(true);
  expect(set.has('pay_20000')).toBe(false);
});

test('keys of ids that differ in one place only share no half too often', () => {
  const lows = new Set<number>();
  const highs = new Set<number>();
  for (let index = 0; index < 20_000; index++) {
    const { low, high } = idKey(`pay_${String(index).padStart(20, '0')}`);
    lows.add(low);
    highs.add(high);
  }
  // Of 20,000 random 32-bit numbers about 0.05 are equal to another.
  expect(lows.size).toBeGreaterThan(19_990);
  expect(highs.size).toBeGreaterThan(19_990);
});
