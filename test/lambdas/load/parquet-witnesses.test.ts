import type { StoredObject } from '../../../lambdas/load/object-store.ts';
import { hyparquetEncoder } from '../../../lambdas/load/parquet-hyparquet.ts';
import { parquetjsEncoder } from '../../../lambdas/load/parquet-parquetjs.ts';
import type { Row, Value } from '../../../lambdas/sources/row.ts';
import { ParquetFolder, sqlText, tableOf } from '../../support/parquet-files.ts';

const folder = new ParquetFolder();
afterAll(() => folder.remove());

const table = tableOf({
  payment_id: 'text',
  customer_id: 'text',
  note: 'text',
  _extra: 'json',
  livemode: 'boolean',
  amount: 'integer',
  rate: 'double',
  created_at: 'instant',
  _hash: 'integer',
  nothing: 'text',
});

/** In Parquet's order of text, U+E000 comes before an emoji; in JavaScript's, after it. */
const notes = [
  'paid',
  '',
  '\ue000 private',
  '😀 thanks',
  '\u{10ffff}',
  'שלום עולם',
  'a\u0000b',
  '\u0007\u001b[0m',
  "it's",
  'é',
  'e\u0301',
];
const amounts = [0, 1, -1, 9007199254740991, -9007199254740991, 4294967296, 2_500];
const rates = [0, -0, -1.5, 5e-324, 1.7976931348623157e308, 0.1, 1e-9];
const hashes = [
  2n ** 63n - 1n,
  -(2n ** 63n),
  9007199254740993n,
  9007199254740992n,
  -9007199254740993n,
  9007199254740995n,
  0n,
];
const instants = [
  '1969-12-31T23:59:59.999Z',
  '1900-01-01T00:00:00.000Z',
  '1970-01-01T00:00:00.000Z',
  '2026-01-31T23:30:00.000Z',
  '2026-02-01T00:30:00.000Z',
  '2026-03-29T01:30:00.000Z',
  '2035-12-31T23:59:59.999Z',
];

const at = <T>(from: readonly T[], place: number): T => from[place % from.length] as T;

/** 21,000 rows: two row groups, values that repeat and values that do not, sorted ids. */
const rows: Row[] = Array.from({ length: 21_000 }, (_, i): Value[] => [
  `pay_${String(i).padStart(8, '0')}`,
  i % 7 === 0 ? null : `customer ${(i * 7919) % 13_001}`,
  i % 5 === 0 ? null : at(notes, i),
  i % 11 === 0 ? JSON.stringify({ note: at(notes, i), i }) : null,
  i % 13 === 0 ? null : i % 3 === 0,
  i % 17 === 0 ? null : i % 2 ? at(amounts, i) : i * 1000,
  i % 19 === 0 ? null : i % 2 ? at(rates, i) : i / 7,
  i % 23 === 0 ? null : i % 2 ? Date.parse(at(instants, i)) : 1_767_225_600_000 + i * 61_000,
  i % 29 === 0 ? null : i % 2 ? at(hashes, i) : BigInt(i) * 430_000_000_000_000n,
  null,
]);

const equals = (column: string, literal: string) =>
  `SELECT count(*), min(payment_id), max(payment_id) FROM FILE WHERE ${column} = ${literal}`;
const queries: readonly string[] = [
  'SELECT count(*), count(customer_id), count(note), count(_extra), count(livemode), count(amount), count(nothing) FROM FILE',
  'SELECT min(note), max(note), min(payment_id), max(payment_id), min(customer_id), max(_extra) FROM FILE',
  'SELECT min(amount), max(amount), min(_hash), max(_hash), min(rate), max(rate), min(created_at), max(created_at) FROM FILE',
  'SELECT sum(amount), sum(_hash::HUGEINT), avg(livemode::INT) FROM FILE',
  'SELECT note, count(*) FROM FILE GROUP BY ALL ORDER BY ALL',
  'SELECT typeof(created_at), typeof(_hash), typeof(note), typeof(livemode), typeof(rate) FROM FILE LIMIT 1',
  "SELECT strftime(created_at, '%Y-%m'), count(*) FROM FILE GROUP BY ALL ORDER BY ALL",
  'SELECT count(*) FROM FILE WHERE livemode',
  'SELECT count(*) FROM FILE WHERE NOT livemode',
  'SELECT count(*) FROM FILE WHERE nothing IS NULL AND amount IS NOT NULL',
  "SELECT count(*) FROM FILE WHERE json_extract_string(_extra, '$.note') IS NOT NULL",
  ...notes.flatMap((note) => [
    equals('note', sqlText(note)),
    `SELECT count(*) FROM FILE WHERE note > ${sqlText(note)}`,
    `SELECT count(*) FROM FILE WHERE note < ${sqlText(note)}`,
  ]),
  ...amounts.map((amount) => equals('amount', String(amount))),
  ...amounts.map((amount) => `SELECT count(*) FROM FILE WHERE amount >= ${amount}`),
  ...hashes.map((hash) => equals('_hash', `(${hash})::BIGINT`)),
  ...rates.map((rate) => equals('rate', `${rate}::DOUBLE`)),
  ...rates.map((rate) => `SELECT count(*) FROM FILE WHERE rate <= ${rate}::DOUBLE`),
  ...instants.map((instant) => equals('created_at', `TIMESTAMP '${instant.slice(0, -1).replace('T', ' ')}'`)),
  "SELECT count(*), min(created_at) FROM FILE WHERE created_at < TIMESTAMP '1970-01-01'",
  "SELECT count(*) FROM FILE WHERE created_at >= TIMESTAMP '2026-02-01' AND created_at < TIMESTAMP '2026-03-01'",
  equals('payment_id', "'pay_00020007'"),
  equals('payment_id', "'pay_00020007x'"),
  equals('customer_id', "'customer 4711'"),
  equals('customer_id', "'customer nobody'"),
];

let ours: StoredObject;
let witness: StoredObject;
beforeAll(async () => {
  ours = await folder.encode(hyparquetEncoder, table, rows);
  witness = await folder.encode(parquetjsEncoder, table, rows);
});

test('both encoders answer every query alike', async () => {
  for (const sql of queries) {
    expect({ sql, rows: await folder.query(sql, ours) }).toEqual({ sql, rows: await folder.query(sql, witness) });
  }
});

test.each(['America/New_York', 'Asia/Tokyo'])('TimeZone %s changes no answer of either', async (zone) => {
  for (const sql of queries) {
    const inUtc = await folder.query(sql, ours);
    expect({ sql, rows: await folder.query(sql, ours, zone) }).toEqual({ sql, rows: inUtc });
    expect({ sql, rows: await folder.query(sql, witness, zone) }).toEqual({ sql, rows: inUtc });
  }
});

/** How many of the rows do; a test of a value that no row has would prove nothing. */
function countOf(index: number, wanted: (value: Value) => boolean): bigint {
  const count = rows.filter((row) => wanted(row[index] ?? null)).length;
  expect(count).toBeGreaterThan(0);
  return BigInt(count);
}

const encoded = { hyparquet: () => ours, parquetjs: () => witness };

describe.each(['hyparquet', 'parquetjs'] as const)('%s', (name) => {
  const count = async (where: string) =>
    (await folder.query(`SELECT count(*) FROM FILE WHERE ${where}`, encoded[name]()))[0]?.[0];

  test.each(notes)('finds every row whose text is %j', async (note) => {
    expect(await count(`note = ${sqlText(note)}`)).toBe(countOf(2, (value) => value === note));
  });

  test('orders text by code point, emoji after the private use area', async () => {
    expect(await count(`note > ${sqlText('\ue000 private')}`)).toBe(
      countOf(2, (value) => value === '😀 thanks' || value === '\u{10ffff}'),
    );
  });

  test.each(hashes)('finds every row whose _hash is %s', async (hash) => {
    expect(await count(`_hash = (${hash})::BIGINT`)).toBe(countOf(8, (value) => value === hash));
  });

  test.each(amounts)('finds every row whose amount is %s', async (amount) => {
    expect(await count(`amount = ${amount}`)).toBe(countOf(5, (value) => value === amount));
  });

  test('finds every row before 1970', async () => {
    expect(await count("created_at < TIMESTAMP '1970-01-01'")).toBe(
      countOf(7, (value) => value !== null && Number(value) < 0),
    );
  });

  test.each(rates)('finds every row whose rate is %s', async (rate) => {
    // In SQL 0 equals -0.
    expect(await count(`rate = ${rate}::DOUBLE`)).toBe(countOf(6, (value) => value === rate));
  });
});
