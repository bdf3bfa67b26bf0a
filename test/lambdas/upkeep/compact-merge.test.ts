import { TerminalError } from '../../../lambdas/errors.ts';
import { hyparquetEncoder } from '../../../lambdas/load/parquet-hyparquet.ts';
import type { Row } from '../../../lambdas/sources/row.ts';
import { RowChecksum } from '../../../lambdas/upkeep/compact-checksum.ts';
import { readInput } from '../../../lambdas/upkeep/compact-input.ts';
import { mergeRuns } from '../../../lambdas/upkeep/compact-merge.ts';
import { compactMonth } from '../../../lambdas/upkeep/compact-month.ts';
import { rowOrder } from '../../../lambdas/upkeep/compact-order.ts';
import { mostInHand } from '../../../lambdas/upkeep/compact-plan.ts';
import { closeCompactBenches, compactBench } from '../../support/compact-bench.ts';
import { commetInstance, march } from '../../support/lake-builder.ts';
import { putNastyLoad } from '../../support/nasty-lake.ts';
import { everyType, ParquetFolder } from '../../support/parquet-files.ts';

const folder = new ParquetFolder();
afterAll(() => folder.remove());
afterEach(closeCompactBenches);

const order = rowOrder(everyType);
const { payments } = commetInstance.source;
const month = { table: { name: 'commet_payments', table: payments }, month: '2026-03' };

const row = (id: string, createdAt: number | null, hash = 1n): Row => [id, null, null, null, 1, null, createdAt, hash];

async function merged(...files: Row[][]) {
  const inputs = [];
  for (const rows of files) {
    const object = await folder.encode(hyparquetEncoder, everyType, rows);
    inputs.push(await readInput(folder.store, object, everyType, order));
  }
  const runs = inputs.flatMap((input) => input?.runs ?? []);
  const rows: Row[] = [];
  let dropped = 0;
  const listener = { read: () => {}, dropped: () => dropped++, inHand: () => {} };
  for await (const some of mergeRuns(folder.store, runs, everyType, order, listener)) rows.push(...some);
  return { rows, dropped };
}

test('rows come by created_at, those without one first, and a copy only once', async () => {
  const { rows, dropped } = await merged(
    [row('b', null), row('a', 5), row('c', 9)],
    [row('a', 5), row('d', 7)],
    [row('a', 5, 2n), row('z', 1_000)],
  );
  expect(rows).toEqual([row('b', null), row('a', 5), row('a', 5, 2n), row('d', 7), row('c', 9), row('z', 1_000)]);
  expect(dropped).toBe(1);
});

test('a file that is not sorted is sorted on its way', async () => {
  const { rows } = await merged([row('c', 9), row('a', 5), row('b', null)], [row('d', 7)]);
  expect(rows.map(([id]) => id)).toEqual(['b', 'a', 'd', 'c']);
});

test('rows that differ in nothing but the sign of a zero are two', async () => {
  const zero = row('a', 5).with(5, 0);
  const { rows, dropped } = await merged([zero], [zero.with(5, -0)]);
  expect({ rows: rows.length, dropped }).toEqual({ rows: 2, dropped: 0 });
});

test('statistics that do not hold stop the merge before anything is lost', async () => {
  const object = await folder.encode(hyparquetEncoder, everyType, [row('a', 5), row('b', 9)]);
  const input = await readInput(folder.store, object, everyType, order);
  const late = await folder.encode(hyparquetEncoder, everyType, [row('c', 7)]);
  const [run] = (await readInput(folder.store, late, everyType, order))?.runs ?? [];
  const runs = [...(input?.runs ?? []), { ...run, from: 10 } as NonNullable<typeof run>];
  const listener = { read: () => {}, dropped: () => {}, inHand: () => {} };
  const drain = async () => {
    for await (const _ of mergeRuns(folder.store, runs, everyType, order, listener));
  };
  await expect(drain()).rejects.toThrow(TerminalError);
});

test('a checksum does not depend on the order of rows, and tells a lost row and two values that changed places', () => {
  const sum = (...rows: Row[]) => {
    const checksum = new RowChecksum(everyType, order);
    for (const each of rows) checksum.add(each, 1);
    return checksum;
  };
  const [one, other] = [row('a', 5, 7n), row('b', 6, 8n)] as const;
  expect(sum(one, other).differsIn(sum(other, one))).toBeNull();
  expect(sum(one, other).differsIn(sum(one))).toBe('rows');
  expect(sum(one, other).differsIn(sum(one.with(7, 8n), other.with(7, 7n)))).toBe('_hash');
  expect(sum(one.with(1, 'é')).differsIn(sum(one.with(1, 'e\u0301')))).toBe('note');
  expect(sum(one.with(1, '')).differsIn(sum(one))).toBe('note');
  const twice = sum(one, other, one);
  twice.add(one, -1);
  expect(twice.differsIn(sum(one, other))).toBeNull();
});

const rowsEach = 300;

test('of files that follow each other in time, two are in hand at once, however many there are', async () => {
  const bench = await compactBench([commetInstance]);
  for (let number = 0; number < 8; number++) {
    const from = march + number * rowsEach * 1000;
    await putNastyLoad(bench.store, commetInstance, [payments], { number, payments: rowsEach, from, apartMs: 1000 });
  }
  const settings = { fileBytes: 100_000_000, groupRows: 1000 };
  const { rows, mostRowsInHand } = await compactMonth(bench.options({ settings }), month);
  expect(rows).toBe(8 * rowsEach);
  // The two, and the batch on its way to the encoder.
  expect(mostRowsInHand).toBeLessThanOrEqual(2 * rowsEach + 500);
});

test('of files that lie over each other in time, only as many are merged at once as memory allows', async () => {
  const bench = await compactBench([commetInstance]);
  for (let number = 1; number <= 6; number++) {
    await putNastyLoad(bench.store, commetInstance, [payments], { number, payments: rowsEach, from: march });
  }
  const before = await bench.views(['commet_payments']);
  const weights = [];
  for (const object of await bench.store.list('warehouse/')) {
    const input = await readInput(bench.store, object, payments, rowOrder(payments));
    weights.push(mostInHand(input?.runs ?? []));
  }
  const settings = { fileBytes: 100_000_000, groupRows: rowsEach, inHandBytes: Math.max(...weights) * 2.5 };
  const summary = await compactMonth(bench.options({ settings }), month);
  expect(summary).toMatchObject({ status: 'done', filesBefore: 6 });
  expect(summary.filesAfter).toBeLessThan(3);
  expect(summary.mostRowsInHand).toBeLessThanOrEqual(3 * rowsEach + 500);
  expect(await bench.views(['commet_payments'])).toEqual(before);
});
