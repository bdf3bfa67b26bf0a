import * as fc from 'fast-check';
import type { StoredObject } from '../../../lambdas/load/object-store.ts';
import { hyparquetEncoder } from '../../../lambdas/load/parquet-hyparquet.ts';
import { parquetjsEncoder } from '../../../lambdas/load/parquet-parquetjs.ts';
import type { ColumnType } from '../../../lambdas/sources/column.ts';
import type { Row, Value } from '../../../lambdas/sources/row.ts';
import type { Source } from '../../../lambdas/sources/source.ts';
import type { Column, Table } from '../../../lambdas/sources/table.ts';
import { compileFlatten } from '../../../lambdas/transform/flatten.ts';
import { textLiteral } from '../../../lambdas/warehouse/sql.ts';
import { answeredAt } from '../../support/flattened.ts';
import { hostileRecord } from '../../support/hostile-record.ts';
import { ParquetFolder } from '../../support/parquet-files.ts';
import { readers, recordsFrom, writeRecords } from '../../support/records-in-parquet.ts';
import { comparable, expectSame } from '../../support/same-record.ts';
import { sourcesUnderTest } from '../../support/source-under-test.ts';

const folder = new ParquetFolder();
afterAll(() => folder.remove());

const columnsOfEachType = 3;

/** Many records a file: a file costs far more than a record. Each has an id of its own. */
const batch = (source: Source) =>
  fc
    .array(hostileRecord(source), { minLength: 80, maxLength: 80 })
    .map((records) => records.map((record, index) => ({ ...record, id: `${index} ${record.id}` })));

const cases = sourcesUnderTest.flatMap(([name, source]) =>
  [hyparquetEncoder, parquetjsEncoder].map((encoder) => [name, encoder.name, source, encoder] as const),
);

test.each(cases)('hostile records of %s come back from the files of %s, and WHERE finds them', async (...each) => {
  const [, , source, encoder] = each;
  const flatten = compileFlatten(source);
  const property = fc.asyncProperty(batch(source), async (records) => {
    const flat = records.map((record) => flatten(record, answeredAt));
    const { rows, files } = await writeRecords(folder, encoder, source, flat);
    for (const read of Object.values(readers)) {
      const tables: Row[][] = [];
      for (const [number, file] of files.entries()) {
        tables.push(file ? await read(folder, source.tables[number] as Table, file) : []);
      }
      expectSame(tables, rows);
      const back = recordsFrom(source, tables);
      for (const record of records) {
        expectSame(comparable(source, back.get(record.id as string)), comparable(source, record));
      }
    }
    for (const [number, file] of files.entries()) {
      if (file) await expectFound(source.tables[number] as Table, rows[number] ?? [], file);
    }
  });
  await fc.assert(property, { numRuns: 1, endOnFailure: true });
});

/** Asks for a value of some columns of each type, once with = and once with <, and counts the rows by our own means. */
async function expectFound(table: Table, rows: readonly Row[], file: StoredObject): Promise<void> {
  const asked = new Map<ColumnType, number>();
  for (const [index, column] of table.columns.entries()) {
    // DuckDB's SQL takes no NUL in a literal.
    const values = rows.flatMap((row) => row[index] ?? []).filter((value) => !String(value).includes('\u0000'));
    const count = asked.get(column.type) ?? 0;
    if (values.length === 0 || count >= columnsOfEachType) continue;
    asked.set(column.type, count + 1);
    const value = extreme(values);
    const counted = (comparison: string): string =>
      `(SELECT count(*) FROM FILE WHERE "${column.name}" ${comparison} ${literal(column, value)})`;
    const [answer = []] = await folder.query(`SELECT ${counted('=')}, ${counted('>')}`, file);
    const expected = [
      values.filter((other) => other === value).length,
      rows.filter((row) => isGreater(row[index] ?? null, value)).length,
    ];
    expectSame([column.name, ...answer.map(Number)], [column.name, ...expected]);
  }
}

/** The value that engines are most often wrong about: not ASCII, or furthest from 0. */
const extreme = (values: readonly NonNullable<Value>[]): NonNullable<Value> =>
  values.reduce((one, other) => (rank(other) > rank(one) ? other : one));

function rank(value: NonNullable<Value>): number {
  if (typeof value !== 'string') return Math.abs(Number(value));
  return Math.max(0, ...[...value].map((character) => character.codePointAt(0) ?? 0));
}

/** DuckDB compares text by its UTF-8, which is the order of code points. */
function isGreater(one: Value, other: NonNullable<Value>): boolean {
  if (one === null) return false;
  return typeof one === 'string' ? Buffer.compare(Buffer.from(one), Buffer.from(other as string)) > 0 : one > other;
}

function literal({ type }: Column, value: NonNullable<Value>): string {
  if (type === 'instant') return `make_timestamp_ms(${value})`;
  if (type === 'double') return `'${value}'::DOUBLE`;
  return typeof value === 'string' ? textLiteral(value) : String(value);
}

describe('a filter', () => {
  const [, source] = sourcesUnderTest[1] as (typeof sourcesUnderTest)[number];
  const flatten = compileFlatten(source);
  const records = Array.from({ length: 300 }, (_, index) => ({
    id: `p${index}`,
    customerEmail: ['anna@example.com', '👩‍👩‍👧@example.com', '\uffff@example.com', 'שלום@example.com'][index % 4],
    amount: index % 3 === 0 ? Number.MAX_SAFE_INTEGER - index : Number.MIN_SAFE_INTEGER + index,
    createdAt: new Date(Date.UTC(1969, 11, 31, 23, 59, 59, 700) + index * 2).toISOString(),
  }));
  const flat = records.map((record) => flatten(record, answeredAt));

  test.each([hyparquetEncoder, parquetjsEncoder])('finds in the files of $name what it names', async (encoder) => {
    const { files } = await writeRecords(folder, encoder, source, flat);
    const ids = async (where: string): Promise<string[]> =>
      (await folder.query(`SELECT payment_id FROM FILE WHERE ${where}`, files[0] as StoredObject)).flat() as string[];
    const expected = (is: (record: (typeof records)[number], index: number) => boolean): string[] =>
      records.filter(is).map(({ id }) => id);

    expect(await ids("customer_email LIKE '👩‍👩‍👧@%'")).toEqual(expected((_, index) => index % 4 === 1));
    expect(await ids("customer_email >= chr(65535) || ''")).toEqual(expected((_, index) => [1, 2].includes(index % 4)));
    expect(await ids('amount = 9007199254740988')).toEqual(['p3']);
    expect(await ids('amount > 9007199254740985')).toEqual(['p0', 'p3']);
    expect(await ids('amount < -9007199254740989')).toEqual(['p1']);
    const { hash } = flat[7] as (typeof flat)[number];
    expect(await ids(`_hash = ${hash}`)).toEqual(['p7']);
    expect(await ids(`_hash > 9007199254740993`)).toEqual(
      expected((_, index) => (flat[index]?.hash ?? 0n) > 2n ** 53n + 1n),
    );
    const before1970 = expected((_, index) => index < 150);
    expect(await ids("created_at < TIMESTAMP '1970-01-01'")).toEqual(before1970);
    expect(await ids("created_at = TIMESTAMP '1969-12-31 23:59:59.998'")).toEqual(['p149']);
  });
});
