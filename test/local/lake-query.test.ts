import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../../lambdas/errors.ts';
import { sources } from '../../lambdas/sources/index.ts';
import { pipelineTables } from '../../lambdas/warehouse/pipeline-tables.ts';
import { openLake } from '../../local/lake.ts';
import { listLake } from '../../local/lake-files.ts';
import { type LakeQuery, openLakeQuery } from '../../local/lake-query.ts';
import { bothInstances, commetInstance, emptyFolder, writeFile } from '../support/lake-builder.ts';

const opened: LakeQuery[] = [];
async function open(dir: string): Promise<LakeQuery> {
  const lake = await openLakeQuery(dir, bothInstances);
  opened.push(lake);
  return lake;
}
afterEach(() => {
  for (const lake of opened.splice(0)) lake.close();
});

const one = (dir: string, id = 'a', without: string[] = [], loadId = id) =>
  writeFile(dir, commetInstance, 'payments', loadId, [{ payment_id: id, description: `of ${id}` }], without);

const ids = async (lake: LakeQuery, from = 'commet_payments') =>
  (await lake.run(`SELECT payment_id FROM ${from} ORDER BY 1`)).rows.flat();

test('a lake without a file has every table, typed, without a row', async () => {
  const lake = await open(emptyFolder());
  for (const { name, source } of bothInstances) {
    for (const table of source.tables) {
      for (const schema of ['payments_lake', 'payments_lake_history']) {
        const { columns, rows } = await lake.run(`SELECT * FROM ${schema}.${name}_${table.name}`);
        expect(columns.map((column) => column.name)).toEqual([...table.columns.map((column) => column.name), 'month']);
        expect(rows).toEqual([]);
      }
    }
  }
});

test('types are the same with and without a file', async () => {
  const dir = emptyFolder();
  const before = (await (await open(dir)).run('SELECT * FROM commet_payments')).columns;
  await one(dir);
  expect((await (await open(dir)).run('SELECT * FROM commet_payments')).columns).toEqual(before);
});

test('history holds every version, the current view one', async () => {
  const dir = emptyFolder();
  await one(dir, 'a', [], 'l1');
  await one(dir, 'a', [], 'l2');
  const lake = await open(dir);
  expect(await ids(lake, 'payments_lake_history.commet_payments')).toEqual(['a', 'a']);
  expect(await ids(lake)).toEqual(['a']);
});

test('a file written before a column was declared reads as NULL there', async () => {
  const dir = emptyFolder();
  await one(dir, 'old', ['description', '_superseded_at']);
  const only = await open(dir);
  expect((await only.run('SELECT payment_id, description FROM commet_payments')).rows).toEqual([['old', null]]);
  await one(dir, 'new');
  const both = await open(dir);
  expect((await both.run('SELECT payment_id, description FROM commet_payments ORDER BY 1')).rows).toEqual([
    ['new', 'of new'],
    ['old', null],
  ]);
  expect((await both.run(`SELECT payment_id FROM commet_payments WHERE description = 'of new'`)).rows).toEqual([
    ['new'],
  ]);
});

test('files whose name begins with _ or . are not there, nor is what is not Parquet', async () => {
  const dir = emptyFolder();
  const folder = dirname(await one(dir));
  for (const name of ['_half.parquet', '.DS_Store', '.x.parquet', 'notes.txt']) writeFileSync(join(folder, name), 'no');
  mkdirSync(join(folder, '_old'));
  writeFileSync(join(folder, '_old', 'b.parquet'), 'no');
  expect(await ids(await open(dir))).toEqual(['a']);
});

test('a load stored after the lake was opened is not seen by halves: its tables stay as they were listed', async () => {
  const dir = emptyFolder();
  await one(dir, 'a');
  const lake = await open(dir);
  await one(dir, 'b');
  expect(await ids(lake)).toEqual(['a']);
});

test.each(["it's", 'a "quoted" lake', 'sp ace', '[ab]*?', 'ü€', '-lake', '100%', 'a;b', '$HOME', '~', 'back\\slash'])(
  'a lake may lie in a folder named %s',
  async (name) => {
    const dir = emptyFolder(name);
    await one(dir);
    expect(await ids(await open(dir))).toEqual(['a']);
  },
);

test('a lake below a folder named like a partition is refused, since its name would stand in for a column', async () => {
  const dir = join(emptyFolder('month=1999-01'), 'lake');
  await one(dir);
  await expect(open(dir)).rejects.toThrow(UsageError);
  await expect(open(dir)).rejects.toThrow(
    "a lake's path may not have a folder with '=' in its name, got 'month=1999-01'",
  );
  // Nor is one filled there, that no query could read.
  await expect(openLake(dir, 'sync', bothInstances, sources)).rejects.toThrow("got 'month=1999-01': move the lake");
  const link = emptyFolder('link');
  symlinkSync(dir, link);
  expect((await (await open(link)).run('SELECT month FROM commet_payments')).rows).toEqual([['2026-03']]);
});

test('a damaged file is named, with what to do', async () => {
  const dir = emptyFolder();
  await one(dir);
  const [file] = (await listLake(dir, bothInstances)).flatMap(({ files }) => files) as [string];
  writeFileSync(file, 'this is no Parquet file');
  await expect(open(dir)).rejects.toThrow(
    `the lake ${dir} can't be read: Invalid Input Error: No magic bytes found at end of file '${file}'; run it again, and if it stays so put that file back from a backup`,
  );
});

test('every payments table is listed before the first child table', async () => {
  const names = (await listLake(emptyFolder(), bothInstances)).map(({ name }) => name);
  const tables = bothInstances.flatMap(({ source }) => source.tables);
  expect(names).toHaveLength(tables.length + pipelineTables.length);
  expect(names.slice(0, 2)).toEqual(['commet_payments', 'checkout_page_payments']);
});

test('a file that is not Parquet is named', async () => {
  const dir = emptyFolder();
  const path = await one(dir);
  writeFileSync(path, readFileSync(path).subarray(0, 100));
  await expect(open(dir)).rejects.toThrow(/a\.parquet/);
});

test('several statements run, the last one answers', async () => {
  const lake = await open(emptyFolder());
  expect((await lake.run('CREATE TEMP TABLE t AS SELECT 7 AS n; SELECT n FROM t')).rows).toEqual([[7]]);
  expect(await lake.run(`SET TimeZone = 'Asia/Tokyo'`)).toEqual({ columns: [], rows: [] });
});

test('the time zone is UTC, whatever the machine says', async () => {
  const lake = await open(emptyFolder());
  const { rows } = await lake.run(`SELECT current_setting('TimeZone'), TIMESTAMP '2026-01-01'::TIMESTAMPTZ`);
  expect(rows).toEqual([['UTC', '2026-01-01 00:00:00.000+00']]);
});

/** A lake that no test changes. */
let unchanged: LakeQuery;
beforeAll(async () => {
  unchanged = await openLakeQuery(emptyFolder(), bothInstances);
});
afterAll(() => unchanged.close());

describe('a value is answered without loss:', () => {
  test.each([
    [`9007199254740993::BIGINT`, 9007199254740993n],
    [`(-9223372036854775808)::BIGINT`, -9223372036854775808n],
    [`sum(9223372036854775807::BIGINT) FROM range(2)`, 18446744073709551614n],
    [`42`, 42],
    [`0.1::DOUBLE`, 0.1],
    [`12345678901234567.89::DECIMAL(20,2)`, '12345678901234567.89'],
    [`TIMESTAMP '2026-03-01'`, '2026-03-01 00:00:00.000'],
    [`TIMESTAMP '1969-12-31 23:59:59.5'`, '1969-12-31 23:59:59.500'],
    [`TIMESTAMP '2026-03-01 00:00:00.123456'`, '2026-03-01 00:00:00.123456'],
    [`'infinity'::TIMESTAMP`, 'infinity'],
    [`DATE '2026-03-01'`, '2026-03-01'],
    [`true`, true],
    [`NULL`, null],
    [`''`, ''],
    [`'🦆 \u202eabc'`, '🦆 \u202eabc'],
    [`[1, NULL]`, [1, null]],
    [`{'a': TIMESTAMP '2026-03-01'}`, { a: '2026-03-01 00:00:00.000' }],
    [`MAP {1: 'x'}`, [{ key: 1, value: 'x' }]],
    [`INTERVAL 1 DAY`, '1 day'],
    [`'\\xAB'::BLOB`, '\\xAB'],
  ])('%s', async (sql, expected) => {
    expect((await unchanged.run(`SELECT ${sql}`)).rows).toEqual([[expected]]);
  });
});

describe('an error is one line in the words of DuckDB, with its position:', () => {
  test.each([
    ['SELECT * FROM commet_paymets', 'Did you mean "commet_payments"? at line 1:15'],
    ['SELECT * FROM tax_line', 'Did you mean "tax_lines"? at line 1:15'],
    ['SELECT statuss FROM payments', /Candidate bindings: "status".* at line 1:8$/],
    ['SELECT 1;\nSELECT *\n  FROM payments WHERE nope = 1', / at line 3:23$/],
    [`SELECT /* äöü */ '🦆…' , nope`, / at line 1:25$/],
    [`SELECT ${'1 + '.repeat(100)}nope`, / at line 1:408$/],
    ['SELEC 1', 'Parser Error: syntax error at or near "SELEC" at line 1:1'],
    ['SELECT 1;\nSELECT 2 FRM x y', 'Parser Error: syntax error at or near "x" at line 2:14'],
    ['SELECT sum(1', 'Parser Error: syntax error at end of input'],
    [`SELECT 'x'::INTEGER`, "Conversion Error: Could not convert string 'x' to INT32 at line 1:11"],
    ['', 'a query is at least one SQL statement, got none'],
    [' ; -- nothing\n/* at all */', 'a query is at least one SQL statement, got none'],
  ])('%s', (sql, message) => expectOneLine(unchanged, sql, message));

  test('also where a statement before it had DuckDB tell its errors as text', async () => {
    const sql = 'SET errors_as_json = false; SELECT nope';
    await expectOneLine(await open(emptyFolder()), sql, 'Binder Error: Referenced column "nope" was not found');
  });

  async function expectOneLine(lake: LakeQuery, sql: string, message: string | RegExp): Promise<void> {
    const error: unknown = await lake.run(sql).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    if (typeof message === 'string') expect((error as Error).message).toContain(message);
    else expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toMatch(/[\n^{]/);
  }
});

test('an error in a late row is an error, not an end of the rows', async () => {
  const lake = await open(emptyFolder());
  const sql = `SELECT CAST(CASE WHEN range = 1500000 THEN 'x' ELSE '1' END AS INTEGER) FROM range(2000000)`;
  await expect(lake.stream(sql)).rejects.toThrow("Could not convert string 'x' to INT32");
});

test('a query that is interrupted is rejected', async () => {
  const lake = await open(emptyFolder());
  const running = lake.run('SELECT sum(a.range * b.range) FROM range(100000000) a, range(100000000) b');
  const rejected = expect(running).rejects.toThrow(/INTERRUPT/);
  const again = setInterval(() => lake.interrupt(), 10);
  await rejected;
  clearInterval(again);
});
