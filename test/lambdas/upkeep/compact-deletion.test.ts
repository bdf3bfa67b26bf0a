import { hyparquetEncoder } from '../../../lambdas/load/parquet-hyparquet.ts';
import { compactMonth } from '../../../lambdas/upkeep/compact-month.ts';
import { monthsWithWork } from '../../../lambdas/upkeep/compact-work.ts';
import { fileKey } from '../../../lambdas/warehouse/keys.ts';
import { closeCompactBenches, compactBench, day } from '../../support/compact-bench.ts';
import { commetInstance, march } from '../../support/lake-builder.ts';
import { nastyLoadId, putNastyLoad } from '../../support/nasty-lake.ts';

afterEach(closeCompactBenches);

const { payments } = commetInstance.source;
const month = { table: { name: 'commet_payments', table: payments }, month: '2026-03' };

async function lakeOf(files: number, rows = 4, apartMs = 60_000) {
  const bench = await compactBench([commetInstance]);
  for (let number = 1; number <= files; number++) {
    const from = march + (number - 1) * rows * apartMs;
    await putNastyLoad(bench.store, commetInstance, [payments], { number, payments: rows, from, apartMs });
  }
  return bench;
}

test('superseded files stay for a day, to the millisecond, and go while what replaced them is there', async () => {
  const bench = await lakeOf(3);
  const old = await bench.files();
  expect(await compactMonth(bench.options(), month)).toMatchObject({ filesBefore: 3, filesAfter: 1, rows: 12 });
  expect((await bench.files()).length).toBe(4);
  bench.clock.at += day - 1;
  expect(await monthsWithWork(bench.options(), month.table, 'deletions')).toEqual([]);
  expect(await compactMonth(bench.options(), month, 'deletions')).toMatchObject({ deleted: 0 });
  bench.clock.at += 1;
  expect(await monthsWithWork(bench.options(), month.table, 'deletions')).toEqual([month]);
  expect(await compactMonth(bench.options(), month, 'deletions')).toMatchObject({ deleted: 3, filesBefore: 0 });
  const [left, ...others] = await bench.files();
  expect(others).toEqual([]);
  expect(old).not.toContain(left);
});

test('superseded files are kept, and count as live again, when what replaced them is gone', async () => {
  const bench = await lakeOf(3);
  const before = await bench.views(['commet_payments']);
  const old = await bench.files();
  await compactMonth(bench.options(), month);
  const made = (await bench.files()).filter((key) => !old.includes(key));
  await bench.store.delete(made);
  bench.clock.at += day;
  // The same run finds them live and folds them anew.
  expect(await compactMonth(bench.options(), month)).toMatchObject({ deleted: 0, filesBefore: 3, filesAfter: 1 });
  expect(bench.logs.join()).toContain('what replaced them is gone');
  expect(await bench.files()).toEqual(expect.arrayContaining(old));
  bench.clock.at += day;
  await compactMonth(bench.options(), month);
  expect((await bench.files()).length).toBe(1);
  expect(await bench.views(['commet_payments'])).toEqual(before);
});

test('a round whose files are superseded by a later one is deleted after what it superseded itself', async () => {
  const bench = await lakeOf(3);
  const before = await bench.views(['commet_payments']);
  await compactMonth(bench.options(), month);
  for (const number of [4, 5]) {
    await putNastyLoad(bench.store, commetInstance, [payments], {
      number,
      payments: 4,
      from: march + number * 240_000,
    });
  }
  await compactMonth(bench.options(), month);
  bench.clock.at += day;
  expect(await compactMonth(bench.options(), month)).toMatchObject({ deleted: 6 });
  expect((await bench.files()).length).toBe(1);
  const after = await bench.views(['commet_payments']);
  expect(after.commet_payments).toEqual(expect.arrayContaining(before.commet_payments as string[]));
});

test('a value that changed on its way is found when the files are read back, and nothing is superseded', async () => {
  const bench = await lakeOf(3);
  const old = await bench.files();
  const before = await bench.views(['commet_payments']);
  const hash = Buffer.from(BigInt64Array.of(2n ** 53n + 1n).buffer);
  const store = {
    ...bench.store,
    putNew(key: string, bytes: Uint8Array) {
      // A chunk of few values is not compressed: the value lies in the file as it is.
      const changed = Buffer.from(bytes);
      const at = changed.indexOf(hash);
      expect(at).toBeGreaterThan(0);
      changed.writeUInt8(2, at);
      return bench.store.putNew(key, changed);
    },
  };
  await expect(compactMonth(bench.options({ store }), month)).rejects.toThrow('checksum of _hash');
  expect((await bench.files()).length).toBe(4);
  const settings = { leastFiles: 99 };
  await compactMonth(bench.options({ settings }), month);
  bench.clock.at += day;
  expect(await compactMonth(bench.options({ settings }), month)).toMatchObject({ deleted: 1 });
  expect(await bench.files()).toEqual(old);
  expect(await bench.views(['commet_payments'])).toEqual(before);
});

test('files that a killed round left are not folded, and go a day after they are found', async () => {
  const bench = await lakeOf(3);
  const store = {
    ...bench.store,
    async putNew(key: string, bytes: Uint8Array) {
      await bench.store.putNew(key, bytes);
      throw new Error('killed');
    },
  };
  await expect(compactMonth(bench.options({ store }), month)).rejects.toThrow('killed');
  expect((await bench.files()).length).toBe(4);
  expect(await compactMonth(bench.options(), month)).toMatchObject({ filesBefore: 3, copies: 0, deleted: 0 });
  bench.clock.at += day;
  expect(await compactMonth(bench.options(), month)).toMatchObject({ filesBefore: 0, deleted: 4 });
  expect((await bench.files()).length).toBe(1);
});

test('only one of two processes compacts a month, and a lease that its owner let run out is taken', async () => {
  const bench = await lakeOf(3);
  const shared = bench.options({ leasing: 'shared' });
  let second: Promise<unknown> | null = null;
  const store = {
    ...bench.store,
    async putNew(key: string, bytes: Uint8Array) {
      second = compactMonth(shared, month);
      await second;
      await bench.store.putNew(key, bytes);
    },
  };
  expect(await compactMonth({ ...shared, store }, month)).toMatchObject({ status: 'done', filesAfter: 1 });
  expect(await second).toMatchObject({ status: 'busy', filesBefore: 0 });
});

test('an owner that slept through its lease supersedes nothing: the month was folded by another', async () => {
  const bench = await lakeOf(3);
  const before = await bench.views(['commet_payments']);
  const shared = bench.options({ leasing: 'shared' });
  const store = {
    ...bench.store,
    async putNew(key: string, bytes: Uint8Array) {
      bench.clock.at += 61_000;
      expect(await compactMonth(shared, month)).toMatchObject({ status: 'done', filesBefore: 3 });
      await bench.store.putNew(key, bytes);
    },
  };
  expect(await compactMonth({ ...shared, store }, month)).toMatchObject({ status: 'busy', filesBefore: 0 });
  expect(await bench.views(['commet_payments'])).toEqual(before);
  for (let days = 0; days < 2; days++) {
    bench.clock.at += day;
    await compactMonth(shared, month);
  }
  expect((await bench.files()).length).toBe(1);
  expect(await bench.views(['commet_payments'])).toEqual(before);
});

test('a file with a column that the declaration does not know is left alone', async () => {
  const bench = await lakeOf(3);
  const [last] = payments.columns.slice(-1);
  const wider = { ...payments, columns: [...payments.columns, { ...last, name: 'newer' } as typeof last & object] };
  const key = fileKey('commet_payments', '2026-03', nastyLoadId(9));
  const row = wider.columns.map(({ name }) => (name === 'payment_id' ? 'p' : name === 'created_at' ? march : null));
  await bench.store.putNew(key, await hyparquetEncoder.encode(wider, [row], {}));
  expect(await compactMonth(bench.options(), month)).toMatchObject({ filesBefore: 3, filesAfter: 1 });
  bench.clock.at += day;
  await compactMonth(bench.options(), month);
  expect(await bench.files()).toContain(key);
});

test('a month of few small files, and a file that is large, are left alone', async () => {
  const bench = await lakeOf(4);
  expect(await bench.compact({ settings: { leastFiles: 5 } })).toEqual([]);
  const sizes = (await bench.store.list('warehouse/')).map(({ size }) => size);
  expect(await bench.compact({ settings: { fileBytes: Math.min(...sizes) } })).toEqual([]);
});
