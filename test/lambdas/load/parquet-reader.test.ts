import { statSync, writeFileSync } from 'node:fs';
import { TerminalError } from '../../../lambdas/errors.ts';
import type { ObjectStore, StoredObject } from '../../../lambdas/load/object-store.ts';
import { hyparquetEncoder } from '../../../lambdas/load/parquet-hyparquet.ts';
import { type ColumnGroup, readColumns } from '../../../lambdas/load/parquet-reader.ts';
import type { Value } from '../../../lambdas/sources/row.ts';
import { everyType, ParquetFolder, tableOf } from '../../support/parquet-files.ts';

const folder = new ParquetFolder();
afterAll(() => folder.remove());

/** The folder's store, and the ranges that are read of it. */
function watched(): { store: ObjectStore; reads: number[] } {
  const reads: number[] = [];
  const store: ObjectStore = {
    ...folder.store,
    read(key, start, end) {
      reads.push(end - start);
      return folder.store.read(key, start, end);
    },
  };
  return { store, reads };
}

async function collect(groups: AsyncIterable<ColumnGroup>): Promise<Value[][][]> {
  const all: Value[][][] = [];
  for await (const { columns } of groups) all.push(columns.map((values) => Array.from(values)));
  return all;
}

const hash = (i: number): bigint => BigInt.asIntN(64, BigInt(i) * 0x9e3779b97f4a7c15n);
const wide = tableOf({ payment_id: 'text', note: 'text', amount: 'integer', created_at: 'instant', _hash: 'integer' });
const wideRows = Array.from({ length: 25_000 }, (_, i) => [
  `pay_${hash(i + 1)}`,
  `a note that nobody asks for, number ${hash(i)}`,
  i,
  i % 2 ? i * 1000 : null,
  hash(i),
]);

test('columns come in the order asked for, a row group at a time', async () => {
  const object = await folder.encode(hyparquetEncoder, wide, wideRows);
  const groups = await collect(readColumns(folder.store, object, ['_hash', 'payment_id']));
  expect(groups.map(([first]) => first?.length)).toEqual([5_000, 5_000, 5_000, 5_000, 5_000]);
  expect(groups.flatMap(([first]) => first)).toEqual(wideRows.map((row) => row[4]));
  expect(groups.flatMap(([, second]) => second)).toEqual(wideRows.map((row) => row[0]));
});

test('INT64 comes as bigint, an instant as a number, null as null', async () => {
  const object = await folder.encode(hyparquetEncoder, wide, wideRows.slice(0, 2));
  expect(await collect(readColumns(folder.store, object, ['amount', 'created_at']))).toEqual([
    [
      [0n, 1n],
      [null, 1000],
    ],
  ]);
});

test('only the footer and the chosen columns are read', async () => {
  const object = await folder.encode(hyparquetEncoder, wide, wideRows);
  const { store, reads } = watched();
  await collect(readColumns(store, object, ['amount']));
  expect(object.size).toBeGreaterThan(700_000);
  // The tail of the file, and one of each row group that does not lie in it.
  expect(reads.length).toBeLessThanOrEqual(5);
  expect(reads.reduce((sum, bytes) => sum + bytes)).toBeLessThan(object.size / 3);
});

test('a small file is read in one go', async () => {
  const object = await folder.encode(hyparquetEncoder, wide, wideRows.slice(0, 500));
  const { store, reads } = watched();
  await collect(readColumns(store, object, ['payment_id', '_hash']));
  expect(reads).toEqual([object.size]);
});

test('a column the file does not have is null throughout', async () => {
  const object = await folder.encode(hyparquetEncoder, wide, wideRows.slice(0, 2));
  expect(await collect(readColumns(folder.store, object, ['added_later', 'amount']))).toEqual([
    [
      [null, null],
      [0n, 1n],
    ],
  ]);
  expect(await collect(readColumns(folder.store, object, ['added_later']))).toEqual([[[null, null]]]);
});

test.each(['zstd', 'gzip', 'uncompressed'])('what another writer compressed with %s is read', async (codec) => {
  const key = `duckdb-${codec}.parquet`;
  const target = folder.path(key);
  await folder.query(
    `COPY (SELECT 'pay_' || i AS payment_id, i::BIGINT AS amount FROM range(3000) AS t(i)) TO '${target}' (FORMAT parquet, CODEC '${codec}')`,
    { key, size: 0 },
  );
  const object: StoredObject = { key, size: statSync(target).size };
  const [[ids, amounts] = []] = await collect(readColumns(folder.store, object, ['payment_id', 'amount']));
  expect(ids?.[2999]).toBe('pay_2999');
  expect(amounts?.[2999]).toBe(2999n);
});

test('half a file is a TerminalError that names it', async () => {
  const bytes = await hyparquetEncoder.encode(everyType, [everyType.columns.map(() => null)], {});
  writeFileSync(folder.path('half.parquet'), bytes.subarray(0, bytes.length / 2));
  const read = collect(
    readColumns(folder.store, { key: 'half.parquet', size: Math.floor(bytes.length / 2) }, ['note']),
  );
  await expect(read).rejects.toThrow(TerminalError);
  await expect(read).rejects.toThrow('half.parquet: must be a whole Parquet file, got:');
});
