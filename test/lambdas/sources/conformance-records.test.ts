import { hyparquetEncoder } from '../../../lambdas/load/parquet-hyparquet.ts';
import { parquetjsEncoder } from '../../../lambdas/load/parquet-parquetjs.ts';
import type { Row } from '../../../lambdas/sources/row.ts';
import type { Source } from '../../../lambdas/sources/source.ts';
import { compileFlatten, type FlatRecord } from '../../../lambdas/transform/flatten.ts';
import { restoreRecord } from '../../../lambdas/transform/restore.ts';
import { ParquetFolder } from '../../support/parquet-files.ts';
import { readers, recordsFrom, writeRecords } from '../../support/records-in-parquet.ts';
import { comparable, expectSame } from '../../support/same-record.ts';
import { documentedOf, sourcesUnderTest } from '../../support/source-under-test.ts';

const answeredAt = Date.UTC(2026, 6, 1);

const folder = new ParquetFolder();
afterAll(() => folder.remove());

describe.each(sourcesUnderTest)('records of %s, as its document has them', (_, source: Source) => {
  let records: Record<string, unknown>[] = [];
  let flat: FlatRecord[] = [];
  const drift = new Set<string>();

  beforeAll(async () => {
    records = await (await documentedOf(source)).records(300);
    const flatten = compileFlatten(source, (kind, table, path, type) => drift.add([kind, table, path, type].join(' ')));
    flat = records.map((record) => flatten(record, answeredAt));
  });

  it('hold nothing the declaration does not know', () => {
    expect(records).toHaveLength(300);
    expect([...drift]).toEqual([]);
  });

  it('come back from their rows', () => {
    for (const [index, record] of records.entries()) {
      const restored = restoreRecord(source, flat[index]?.rows ?? []);
      expectSame(comparable(source, restored), comparable(source, record));
    }
  });

  it('fill every declared column of every table', () => {
    const empty = source.tables.flatMap((table, number) => {
      const rows = flat.flatMap((record) => record.rows[number] ?? []);
      return table.columns
        .filter(({ path }, index) => path !== null && rows.every((row) => row[index] === null))
        .map(({ name }) => `${table.name}.${name}`);
    });
    expect(empty).toEqual([]);
  });

  it('carry their id, creation and own hash in their rows', () => {
    const at = (table: Source['payments'], row: Row | undefined, name: string) =>
      row?.[table.columns.findIndex((column) => column.name === name)];
    for (const { id, createdAt, hash, rows } of flat) {
      expect(rows[0]).toHaveLength(1);
      const [payment] = rows[0] ?? [];
      expect(at(source.payments, payment, '_hash')).toBe(hash);
      expect(at(source.payments, payment, source.shared.created_at)).toBe(createdAt);
      for (const [number, table] of source.tables.entries()) {
        const createdAtColumn = number === 0 ? source.shared.created_at : 'payment_created_at';
        for (const row of rows[number] ?? []) {
          const copied = ['payment_id', createdAtColumn, '_loaded_at'].map((name) => at(table, row, name));
          expectSame(copied, [id, createdAt, answeredAt]);
        }
      }
    }
  });

  it.each([hyparquetEncoder, parquetjsEncoder])('come back from the Parquet files of $name', async (encoder) => {
    const { rows, files } = await writeRecords(folder, encoder, source, flat);
    let tables: Row[][] = [];
    for (const read of Object.values(readers)) {
      tables = [];
      for (const [number, file] of files.entries()) {
        tables.push(file ? await read(folder, source.tables[number] as Source['payments'], file) : []);
      }
      expectSame(tables, rows);
    }
    const back = recordsFrom(source, tables);
    for (const record of records) {
      expectSame(comparable(source, back.get(record.id as string)), comparable(source, record));
    }
  });
});
