import { copyFileSync } from 'node:fs';
import type { Instance } from '../../../lambdas/warehouse/instance.ts';
import {
  answerOf,
  april,
  bothInstances,
  type Cells,
  checkoutPageInstance,
  commetInstance,
  emptyFolder,
  march,
  writeFile,
} from '../../support/lake-builder.ts';
import { scannedRows } from '../../support/scanned-rows.ts';

const day = 86_400_000;

/** @param instances all that the lake holds: DuckDB binds a view of every table */
const answer = async (dir: string, sql: string, instances: readonly Instance[] = [commetInstance]) =>
  (await answerOf(dir, instances, sql)).rows;

const payments = (dir: string, loadId: string, ...rows: Cells[]) =>
  writeFile(dir, commetInstance, 'payments', loadId, rows);
const metadata = (dir: string, loadId: string, ...rows: Cells[]) =>
  writeFile(dir, commetInstance, 'metadata', loadId, rows);

const shown = 'SELECT payment_id, status FROM commet_payments ORDER BY ALL';

test('the version with the latest _version_at is shown, wherever it lies', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l2', { payment_id: 'a', status: 'pending', _version_at: april });
  await payments(dir, 'l1', { payment_id: 'a', status: 'succeeded', _version_at: april + day });
  expect(await answer(dir, shown)).toEqual([['a', 'succeeded']]);
});

test('versions of one _version_at are told apart by _loaded_at', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l2', { payment_id: 'a', status: 'pending', _version_at: april, _loaded_at: april });
  await payments(dir, 'l1', { payment_id: 'a', status: 'succeeded', _version_at: april, _loaded_at: april + 1 });
  expect(await answer(dir, shown)).toEqual([['a', 'succeeded']]);
});

test('versions of one _version_at and _loaded_at are told apart by _load_id', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l1', { payment_id: 'a', status: 'pending' });
  await payments(dir, 'l2', { payment_id: 'a', status: 'succeeded' });
  expect(await answer(dir, shown)).toEqual([['a', 'succeeded']]);
});

test('a version without _version_at never wins', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l2', { payment_id: 'a', status: 'pending', _version_at: null });
  await payments(dir, 'l1', { payment_id: 'a', status: 'succeeded' });
  expect(await answer(dir, shown)).toEqual([['a', 'succeeded']]);
});

test('a payment whose newest row is superseded is hidden, its older versions too', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l1', { payment_id: 'a', status: 'pending' });
  await payments(dir, 'l2', { payment_id: 'a', status: 'pending', _superseded_at: april });
  expect(await answer(dir, shown)).toEqual([]);
});

test('a deleted payment stays visible, with _deleted_at', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l1', { payment_id: 'a', status: 'pending' });
  await payments(dir, 'l2', { payment_id: 'a', status: 'pending', _deleted_at: april });
  expect(await answer(dir, 'SELECT payment_id, _deleted_at FROM commet_payments')).toEqual([
    ['a', '2026-04-10 12:00:00.000'],
  ]);
});

test('children are exactly those of the version shown', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l1', { payment_id: 'a' }, { payment_id: 'b' });
  await metadata(dir, 'l1', { payment_id: 'a', key: 'old', value: '1' }, { payment_id: 'b', key: 'b', value: '2' });
  await payments(dir, 'l2', { payment_id: 'a' });
  await metadata(dir, 'l2', { payment_id: 'a', key: 'new', value: '3' }, { payment_id: 'a', key: 'both', value: '4' });
  expect(await answer(dir, 'SELECT payment_id, key, value FROM commet_metadata ORDER BY ALL')).toEqual([
    ['a', 'both', '4'],
    ['a', 'new', '3'],
    ['b', 'b', '2'],
  ]);
});

test('a version that lost its children shows none', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l1', { payment_id: 'a' });
  await metadata(dir, 'l1', { payment_id: 'a', key: 'old', value: '1' });
  await payments(dir, 'l2', { payment_id: 'a' });
  expect(await answer(dir, 'SELECT * FROM commet_metadata')).toEqual([]);
});

test('a load that died after its child files is invisible', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l1', { payment_id: 'a' });
  await metadata(dir, 'l1', { payment_id: 'a', key: 'k', value: '1' });
  await metadata(dir, 'l2', { payment_id: 'a', key: 'k', value: '2' }, { payment_id: 'z', key: 'k', value: '3' });
  expect(await answer(dir, 'SELECT payment_id, value FROM commet_metadata')).toEqual([['a', '1']]);
});

test('the children of a superseded payment are hidden', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l1', { payment_id: 'a', _superseded_at: april });
  await metadata(dir, 'l1', { payment_id: 'a', key: 'k', value: '1' });
  expect(await answer(dir, 'SELECT * FROM commet_metadata')).toEqual([]);
});

test('a payment without created_at lies in the first month, and keeps its children', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l1', { payment_id: 'a', created_at: null });
  await metadata(dir, 'l1', { payment_id: 'a', payment_created_at: null, key: 'k', value: '1' });
  expect(await answer(dir, 'SELECT payment_id, created_at, month FROM commet_payments')).toEqual([
    ['a', null, '2015-01'],
  ]);
  expect(await answer(dir, 'SELECT payment_id, key, month FROM commet_metadata')).toEqual([['a', 'k', '2015-01']]);
});

test('children of the same payment id under another created_at are not mixed in', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l1', { payment_id: 'a', created_at: null }, { payment_id: 'a', created_at: 1000 });
  await metadata(
    dir,
    'l1',
    { payment_id: 'a', payment_created_at: null, key: 'k', value: 'of null' },
    { payment_id: 'a', payment_created_at: 1000, key: 'k', value: 'of 1970' },
  );
  const rows = await answer(dir, 'SELECT payment_created_at, value FROM commet_metadata ORDER BY ALL');
  expect(rows).toEqual([
    ['1970-01-01 00:00:01.000', 'of 1970'],
    [null, 'of null'],
  ]);
});

test('a child without created_at belongs to no payment that has one', async () => {
  const dir = emptyFolder();
  await payments(dir, 'l1', { payment_id: 'a', created_at: 1000 });
  await metadata(dir, 'l1', { payment_id: 'a', payment_created_at: null, key: 'k', value: '1' });
  expect(await answer(dir, 'SELECT * FROM commet_metadata')).toEqual([]);
});

describe('with every file present twice', () => {
  const dir = emptyFolder();
  beforeAll(async () => {
    const files = [
      await payments(dir, 'l1', { payment_id: 'a', created_at: null }, { payment_id: 'b', created_at: null }),
      await metadata(dir, 'l1', { payment_id: 'a', payment_created_at: null, key: 'k', value: '1' }),
      await payments(dir, 'l1', { payment_id: 'c', status: 'pending' }),
      await payments(dir, 'l2', { payment_id: 'c', status: 'succeeded' }),
      await metadata(dir, 'l2', { payment_id: 'c', key: 'k', value: '1' }, { payment_id: 'c', key: 'K', value: '1' }),
      await writeFile(dir, checkoutPageInstance, 'payments', 'l1', [{ payment_id: 'd' }]),
      await writeFile(dir, checkoutPageInstance, 'variant_options', 'l1', [
        { payment_id: 'd', variant_position: 0, position: 0, sku: 's0' },
        { payment_id: 'd', variant_position: 0, position: 1, sku: 's1' },
        { payment_id: 'd', variant_position: 1, position: 0, sku: 's2' },
      ]),
    ];
    for (const file of files) copyFileSync(file, file.replace('.parquet', '-again.parquet'));
  });

  test('each payment is shown once', async () => {
    expect(await answer(dir, 'SELECT payment_id FROM payments_all ORDER BY ALL', bothInstances)).toEqual([
      ['a'],
      ['b'],
      ['c'],
      ['d'],
    ]);
  });

  test('each child is shown once, told apart by key', async () => {
    expect(await answer(dir, 'SELECT payment_id, key FROM commet_metadata ORDER BY ALL')).toEqual([
      ['a', 'k'],
      ['c', 'K'],
      ['c', 'k'],
    ]);
  });

  test('each grandchild is shown once, told apart by all its positions', async () => {
    expect(await answer(dir, 'SELECT sku FROM checkout_page_variant_options ORDER BY sku', bothInstances)).toEqual([
      ['s0'],
      ['s1'],
      ['s2'],
    ]);
  });
});

describe('of files in 12 months, a filter reads', () => {
  const dir = emptyFolder();
  beforeAll(async () => {
    for (let month = 0; month < 12; month++) {
      const createdAt = Date.UTC(2025, month, 15);
      const rows = Array.from({ length: 10 }, (_, index) => `p${month}_${index}`);
      await payments(dir, 'l1', ...rows.map((id) => ({ payment_id: id, created_at: createdAt })));
      await metadata(dir, 'l1', ...rows.map((id) => ({ payment_id: id, payment_created_at: createdAt, key: 'k' })));
    }
  });

  const inMay = (column: string) => `${column} >= TIMESTAMP '2025-05-01' AND ${column} < TIMESTAMP '2025-06-01'`;

  test.each([
    ['payments by month', `SELECT max(status) FROM commet_payments WHERE month = '2025-05'`, [10]],
    ['payments by created_at', `SELECT max(status) FROM commet_payments WHERE ${inMay('created_at')}`, [10]],
    [
      'children, and their payments, by month',
      `SELECT max(value) FROM commet_metadata WHERE month = '2025-05'`,
      [10, 10],
    ],
    [
      'children, and their payments, by payment_created_at',
      `SELECT max(value) FROM commet_metadata WHERE ${inMay('payment_created_at')}`,
      [10, 10],
    ],
  ])('%s', async (_, sql, expected) => {
    expect(await scannedRows(dir, [commetInstance], sql)).toEqual(expected);
  });

  test('everything, when it is on neither', async () => {
    expect(await scannedRows(dir, [commetInstance], `SELECT max(value) FROM commet_metadata WHERE key = 'k'`)).toEqual([
      120, 120,
    ]);
  });
});

test.each(['UTC', 'America/New_York', 'Asia/Tokyo'])('queries answer alike in the time zone %s', async (zone) => {
  const dir = emptyFolder();
  const newYear = Date.UTC(2026, 0, 1, 0, 30);
  await payments(dir, 'l1', { payment_id: 'a', created_at: newYear });
  await metadata(dir, 'l1', { payment_id: 'a', payment_created_at: newYear, key: 'k', value: '1' });
  await payments(dir, 'l2', { payment_id: 'b', created_at: march });
  const sql = `SET TimeZone = '${zone}';
    SELECT p.payment_id, p.created_at, p.month, strftime(p.created_at, '%Y-%m'), m.payment_created_at
    FROM commet_payments p JOIN commet_metadata m USING (payment_id)
    WHERE p.created_at >= '2026-01-01' AND p.created_at < '2026-01-02' AND p.month = '2026-01'`;
  const at = '2026-01-01 00:30:00.000';
  expect(await answer(dir, sql)).toEqual([['a', at, '2026-01', '2026-01', at]]);
});
