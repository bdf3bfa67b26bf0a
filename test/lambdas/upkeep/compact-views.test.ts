import { openParquet, readRows } from '../../../lambdas/load/parquet-reader.ts';
import { allTables, type HistoryTable } from '../../../lambdas/warehouse/history-tables.ts';
import { tablePrefix } from '../../../lambdas/warehouse/keys.ts';
import { type CompactBench, closeCompactBenches, compactBench, day } from '../../support/compact-bench.ts';
import { bothInstances, checkoutPageInstance, commetInstance, march, tableOf } from '../../support/lake-builder.ts';
import { nastyLoadId, putLoadsRow, putNastyLoad } from '../../support/nasty-lake.ts';

afterEach(closeCompactBenches);

const folded = ['payments', 'metadata', 'variant_options'];

/** Both encoders in each month, versions over each other, a file that is there twice, payments without createdAt. */
async function nastyLake(): Promise<CompactBench> {
  const bench = await compactBench();
  for (const instance of bothInstances) {
    const tables = instance.source.tables.filter(({ name }) => folded.includes(name));
    for (let number = 1; number <= 3; number++) {
      const encoder = number % 2 ? 'hyparquet' : 'parquetjs';
      await putNastyLoad(bench.store, instance, tables, {
        number,
        payments: 9,
        from: march + number * 90_000,
        encoder,
      });
      await putNastyLoad(bench.store, instance, tables, { number: number + 10, payments: 4, from: null, encoder });
    }
    const again = { number: 2, payments: 9, from: march + 2 * 90_000, encoder: 'hyparquet' } as const;
    await putNastyLoad(bench.store, instance, tables, { ...again, loadId: nastyLoadId(77) });
    await putNastyLoad(bench.store, instance, tables, { number: 6, payments: 30, from: march, apartMs: 0 });
  }
  for (let number = 1; number <= 6; number++) await putLoadsRow(bench.store, number, march + number);
  return bench;
}

/** Every different row of a table's files, and how many rows there are. */
async function history({ store }: CompactBench, { name, table }: HistoryTable) {
  const rows: string[] = [];
  for (const object of await store.list(tablePrefix(name))) {
    for await (const group of readRows(store, object, table)) {
      for (const row of group) {
        const month = /month=[^/]+/.exec(object.key)?.[0];
        const values = row.map((value) => (typeof value === 'bigint' || Object.is(value, -0) ? `#${value}` : value));
        rows.push(JSON.stringify([month, ...values]));
      }
    }
  }
  return { distinct: [...new Set(rows)].sort(), rows: rows.length };
}

test('every view shows the same before compaction, while old and new files lie side by side, and after', async () => {
  const bench = await nastyLake();
  const tables = allTables(bothInstances);
  const before = await bench.views();
  expect(before.commet_payments?.length).toBeGreaterThan(40);
  const rowsBefore = await Promise.all(tables.map((table) => history(bench, table)));
  const filesBefore = await bench.files();

  const summaries = await bench.compact({ settings: { inHandBytes: 300_000 } });
  expect(summaries.every(({ status }) => status === 'done')).toBe(true);
  expect(summaries.some(({ copies }) => copies > 0)).toBe(true);
  expect((await bench.files()).length).toBeGreaterThan(filesBefore.length);
  expect(await bench.views()).toEqual(before);

  bench.clock.at += day;
  await bench.compact({ settings: { leastFiles: 1000 } });
  const filesAfter = await bench.files();
  expect(filesAfter.length).toBeLessThan(filesBefore.length / 2);
  expect(filesAfter.filter((key) => filesBefore.includes(key)).length).toBeLessThan(10);
  expect(await bench.views()).toEqual(before);
  expect(await bench.dynamo.table.readAll()).toEqual([]);
  for (const [index, table] of tables.entries()) {
    const after = await history(bench, table);
    expect(after.distinct).toEqual(rowsBefore[index]?.distinct);
    expect(after.rows).toBeLessThanOrEqual(rowsBefore[index]?.rows as number);
  }
});

test('queries between all steps of a compaction see the same', async () => {
  const bench = await compactBench([commetInstance]);
  const tables = [commetInstance.source.payments, tableOf(commetInstance, 'metadata')];
  for (let number = 1; number <= 4; number++) {
    await putNastyLoad(bench.store, commetInstance, tables, { number, payments: 6, from: march + number * 90_000 });
  }
  const names = ['commet_payments', 'commet_metadata'];
  const before = await bench.views(names);
  let steps = 0;
  const looked = async <T>(step: Promise<T>): Promise<T> => {
    const result = await step;
    steps++;
    expect(await bench.views(names)).toEqual(before);
    return result;
  };
  const store = {
    ...bench.store,
    putNew: (key: string, bytes: Uint8Array) => looked(bench.store.putNew(key, bytes)),
    async delete(keys: readonly string[]) {
      for (const key of keys) await looked(bench.store.delete([key]));
    },
  };
  await bench.compact({ store });
  bench.clock.at += day;
  await bench.compact({ store });
  expect(steps).toBe(10);
});

test('compacted files are one sorted sequence, with statistics and bloom filters', async () => {
  const bench = await compactBench([checkoutPageInstance]);
  const { payments } = checkoutPageInstance.source;
  for (let number = 1; number <= 6; number++) {
    const encoder = number % 2 ? 'hyparquet' : 'parquetjs';
    await putNastyLoad(bench.store, checkoutPageInstance, [payments], { number, payments: 40, from: march, encoder });
  }
  const settings = { leastFiles: 6, fileBytes: 90_000 };
  await bench.compact({ settings });
  bench.clock.at += day;
  await bench.compact({ settings });
  const keys: (string | number)[][] = [];
  const at = (name: string) => payments.columns.findIndex((column) => column.name === name);
  const objects = await bench.store.list('warehouse/checkout_page_payments/');
  expect(objects.length).toBeGreaterThan(1);
  for (const object of objects) {
    for await (const group of readRows(bench.store, object, payments)) {
      for (const row of group) keys.push([row[at('created_at')] as number, row[at('payment_id')] as string]);
    }
  }
  const sorted = [...keys].sort(([a, b], [c, d]) => (a !== c ? Number(a) - Number(c) : String(b) < String(d) ? -1 : 1));
  expect(keys).toEqual(sorted);
  for (const object of objects) {
    const { metadata } = await openParquet(bench.store, object);
    for (const { columns } of metadata.row_groups) {
      const chunk = (name: string) => columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)?.meta_data;
      expect(chunk('created_at')?.statistics?.min_value).toBeDefined();
      expect(chunk('payment_id')?.bloom_filter_offset).toBeDefined();
    }
  }
});
