import { type FileMetaData, parquetMetadata } from 'hyparquet';
import { readBloomFilter, sbbfContains } from 'hyparquet/src/bloom.js';
import { xxhash64 } from 'hyparquet/src/xxhash.js';
import { hyparquetEncoder } from '../../../lambdas/load/parquet-hyparquet.ts';
import type { Row, Value } from '../../../lambdas/sources/row.ts';
import type { Table } from '../../../lambdas/sources/table.ts';
import { everyType, ParquetFolder, tableOf } from '../../support/parquet-files.ts';

const folder = new ParquetFolder();
afterAll(() => folder.remove());

const encode = async (table: Table, rows: readonly Row[], metadata: Record<string, string> = {}) => {
  const bytes = new Uint8Array(await hyparquetEncoder.encode(table, rows, metadata));
  return { bytes, metadata: parquetMetadata(bytes.buffer) };
};

const chunkOf = ({ row_groups }: FileMetaData, column: string, group = 0) => {
  const chunk = row_groups[group]?.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column);
  if (!chunk?.meta_data) throw new Error(`no column ${column}`);
  return chunk.meta_data;
};

const ids = tableOf({ payment_id: 'text', customer_id: 'text', status: 'text', amount: 'integer' });
const idRows = Array.from({ length: 500 }, (_, i): Value[] => [`pay_${i}`, i % 4 ? `cus_${i % 50}` : null, 'paid', i]);

test('the footer holds the metadata given, and says what every column is', async () => {
  const given = { source: 'commet', sync: '0193', load_id: '0193-000001' };
  const { metadata } = await encode(everyType, [everyType.columns.map(() => null)], given);
  expect(Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value]))).toEqual(given);
  expect(metadata.schema.slice(1).map(({ name, type, repetition_type }) => [name, type, repetition_type])).toEqual([
    ['payment_id', 'BYTE_ARRAY', 'OPTIONAL'],
    ['note', 'BYTE_ARRAY', 'OPTIONAL'],
    ['_extra', 'BYTE_ARRAY', 'OPTIONAL'],
    ['livemode', 'BOOLEAN', 'OPTIONAL'],
    ['amount', 'INT64', 'OPTIONAL'],
    ['rate', 'DOUBLE', 'OPTIONAL'],
    ['created_at', 'INT64', 'OPTIONAL'],
    ['_hash', 'INT64', 'OPTIONAL'],
  ]);
  expect(metadata.schema.find(({ name }) => name === '_extra')?.logical_type).toEqual({ type: 'STRING' });
  expect(metadata.schema.find(({ name }) => name === 'created_at')?.logical_type).toEqual({
    type: 'TIMESTAMP',
    isAdjustedToUTC: false,
    unit: 'MILLIS',
  });
});

test('payment and customer ids have a bloom filter that holds every id, other columns have none', async () => {
  const { bytes, metadata } = await encode(ids, idRows);
  for (const [index, name] of ['payment_id', 'customer_id'].entries()) {
    const { bloom_filter_offset, bloom_filter_length } = chunkOf(metadata, name);
    const start = Number(bloom_filter_offset);
    const view = new DataView(bytes.buffer, start, bloom_filter_length);
    const filter = readBloomFilter({ view, offset: 0 });
    const holds = (id: string) =>
      sbbfContains(filter?.blocks ?? new Uint32Array(), xxhash64(new TextEncoder().encode(id)));
    expect(idRows.every((row) => row[index] === null || holds(String(row[index])))).toBe(true);
    const strangers = Array.from({ length: 1000 }, (_, i) => `stranger ${i}`).filter(holds);
    expect(strangers.length).toBeLessThan(30);
  }
  expect(chunkOf(metadata, 'status').bloom_filter_offset).toBeUndefined();
  expect(chunkOf(metadata, 'amount').bloom_filter_offset).toBeUndefined();
});

test('DuckDB skips row groups by the bloom filters, and says so', async () => {
  const object = await folder.encode(hyparquetEncoder, ids, idRows);
  const probe = (id: string) =>
    folder.query(`SELECT bloom_filter_excludes FROM parquet_bloom_probe(FILE, 'payment_id', '${id}')`, object);
  expect(await probe('pay_77')).toEqual([[false]]);
  expect(await probe('pay_nobody')).toEqual([[true]]);
});

test('minimum, maximum and nulls are right for every type, text in the order of its bytes', async () => {
  const rows: Row[] = [
    ['b', '\ue000', null, true, 9007199254740991, -0, -1, 2n ** 63n - 1n],
    ['a', '😀', null, true, -9007199254740991, 2.5, 5, -(2n ** 63n)],
    [null, 'z', null, null, 0, 0, null, 0n],
  ];
  const { metadata } = await encode(everyType, rows);
  const statistics = (name: string) => {
    const { min_value, max_value, null_count } = chunkOf(metadata, name).statistics ?? {};
    return [min_value, max_value, null_count];
  };
  expect(statistics('payment_id')).toEqual(['a', 'b', 1n]);
  expect(statistics('note')).toEqual(['z', '😀', 0n]);
  expect(statistics('_extra')).toEqual([undefined, undefined, 3n]);
  expect(statistics('livemode')).toEqual([true, true, 1n]);
  expect(statistics('amount')).toEqual([-9007199254740991n, 9007199254740991n, 0n]);
  expect(statistics('rate')).toEqual([-0, 2.5, 0n]);
  expect(statistics('created_at')).toEqual([new Date(-1), new Date(5), 1n]);
  expect(statistics('_hash')).toEqual([-(2n ** 63n), 2n ** 63n - 1n, 0n]);
});

test('minimum and maximum hold over all pages of long texts, with and without a dictionary', async () => {
  const table = tableOf({ note: 'text' });
  for (const distinct of [6, 2]) {
    const rows = Array.from({ length: 6 }, (_, i) => [
      `${['m', 'c', 'x', '\ue000', '😀', 'd'][i % distinct]}${'-'.repeat(200_000)}`,
    ]);
    const { metadata } = await encode(table, rows);
    const { min_value, max_value } = chunkOf(metadata, 'note').statistics ?? {};
    expect(String(min_value)).toMatch(/^c-+$/);
    expect(String(max_value)).toMatch(distinct === 6 ? /^😀/ : /^m/);
  }
});

test('values that repeat get a dictionary, ids and doubles none', async () => {
  const table = tableOf({ payment_id: 'text', status: 'text', amount: 'integer', rate: 'double' });
  const { metadata } = await encode(
    table,
    Array.from({ length: 400 }, (_, i) => [`pay_${i}`, 'paid', i % 3, i % 3]),
  );
  const encodings = table.columns.map(({ name }) => chunkOf(metadata, name).encodings.includes('RLE_DICTIONARY'));
  expect(encodings).toEqual([false, true, true, false]);
});

test('ids are compressed, random numbers are stored as they are', async () => {
  const table = tableOf({ payment_id: 'text', _hash: 'integer' });
  const rows = Array.from({ length: 4_000 }, (_, i) => [
    (BigInt(i + 1) * 0x9e3779b97f4a7c15n).toString(16).padStart(24, '0').slice(-24),
    BigInt.asIntN(64, BigInt(i + 1) * 0x9e3779b97f4a7c15n * BigInt(i * i + 1)),
  ]);
  const { metadata } = await encode(table, rows);
  const shareOf = (name: string) => {
    const { total_compressed_size, total_uncompressed_size } = chunkOf(metadata, name);
    return Number(total_compressed_size) / Number(total_uncompressed_size);
  };
  expect(shareOf('payment_id')).toBeLessThan(0.75);
  expect(shareOf('_hash')).toBe(1);
});

test('a row group holds 5,000 rows, and each has its own bounds', async () => {
  const table = tableOf({ amount: 'integer' });
  const { metadata } = await encode(
    table,
    Array.from({ length: 12_500 }, (_, i) => [i]),
  );
  expect(metadata.row_groups.map(({ num_rows }) => num_rows)).toEqual([5_000n, 5_000n, 2_500n]);
  expect(metadata.row_groups.map((_, group) => chunkOf(metadata, 'amount', group).statistics?.max_value)).toEqual([
    4_999n,
    9_999n,
    12_499n,
  ]);
});

test('the event loop gets its turns while a wide file is encoded', async () => {
  const table = tableOf(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`column_${i}`, 'text' as const])));
  const rows = Array.from({ length: 5_000 }, (_, i) => table.columns.map((_, column) => `${column}-${i}`));
  let turns = 0;
  let isDone = false;
  const count = () => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await hyparquetEncoder.encode(table, rows, {});
  isDone = true;
  expect(turns).toBeGreaterThanOrEqual(45);
});

test('files encoded side by side are what they are one after the other', async () => {
  const long = Array.from({ length: 6_000 }, (_, i): Value[] => [`pay_${i}`, `${i}`.repeat(30), 'paid', i]);
  const alone = [await hyparquetEncoder.encode(ids, idRows, {}), await hyparquetEncoder.encode(ids, long, {})];
  const together = [hyparquetEncoder.encode(ids, idRows, {}), hyparquetEncoder.encode(ids, long, {})];
  expect((await Promise.all(together)).map((bytes) => Buffer.from(bytes))).toEqual(
    alone.map((bytes) => Buffer.from(bytes)),
  );
});

test.each<[string, Row]>([
  ['things.note: a value of a column of type text', ['id', 5, null, null, null, null, null, null]],
  ['things.livemode: a value of a column of type boolean', ['id', null, null, 'false', null, null, null, null]],
  ['things.amount: a value of a column of type integer', ['id', null, null, null, 0.5, null, null, null]],
  ['things.rate: a value of a column of type double', ['id', null, null, null, null, Number.NaN, null, null]],
  ['things.created_at: a value of a column of type instant', ['id', null, null, null, null, null, '2026', null]],
  ['things._hash: a value of a column of type integer', ['id', null, null, null, null, null, null, 2n ** 63n]],
])('what does not fit is refused by table and column, without the value: %s', async (rule, row) => {
  const refused = await hyparquetEncoder.encode(everyType, [row], {}).catch((error: Error) => error.message);
  expect(refused).toContain(rule);
  expect(refused).not.toMatch(/2026|false|NaN|0\.5|922337/);
});
