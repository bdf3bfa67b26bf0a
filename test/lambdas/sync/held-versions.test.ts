import { rmSync } from 'node:fs';
import type { ObjectStore } from '../../../lambdas/load/object-store.ts';
import { hyparquetEncoder } from '../../../lambdas/load/parquet-hyparquet.ts';
import { parquetjsEncoder } from '../../../lambdas/load/parquet-parquetjs.ts';
import { HeldVersions } from '../../../lambdas/sync/held-versions.ts';
import { fileKey, monthOf } from '../../../lambdas/warehouse/keys.ts';
import { folderStore } from '../../../local/folder-store.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { doctored } from '../../support/doctored-answers.ts';
import { historyRows } from '../../support/history-rows.ts';
import {
  type Cells,
  checkoutPageInstance,
  commetInstance,
  emptyFolder,
  writeFile,
} from '../../support/lake-builder.ts';
import { closeBenches, everything, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';

const table = commetInstance.source.payments;
const at = (month: number) => Date.UTC(2026, month, 10);
const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});
const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

function emptyStore() {
  const dir = emptyFolder();
  dirs.push(dir);
  const store = folderStore(dir);
  const put = async (loadId: string, rows: readonly Cells[], encoder = hyparquetEncoder) => {
    const month = monthOf(rows[0]?.created_at as number);
    const cells = rows.map((row) => table.columns.map(({ name }) => ({ _load_id: loadId, ...row })[name] ?? null));
    await store.putNew(fileKey('commet_payments', month, loadId), await encoder.encode(table, cells, {}));
    return month;
  };
  return { store, put, held: (bytes: number) => new HeldVersions(store, commetInstance, bytes) };
}

const row = (id: string, month: number, hash: bigint, more: Cells = {}): Cells => ({
  payment_id: id,
  created_at: at(month),
  _hash: hash,
  _version_at: 1,
  _loaded_at: 1,
  ...more,
});

test.each([hyparquetEncoder, parquetjsEncoder])(
  'versions are read from files of $name, hashes of all 64 bits',
  async (encoder) => {
    const { put, held } = emptyStore();
    const hashes = [-(2n ** 63n), 2n ** 63n - 1n, -1n, 0n, 2n ** 53n + 1n];
    const rows = hashes.map((hash, index) => row(`p${index}`, 3, hash, { _version_at: 5 - index, _loaded_at: index }));
    const month = await put('l1', rows, encoder);
    const versions = held(1e9);
    await versions.load([month], new Set());
    for (const [index, hash] of hashes.entries()) {
      const wanted = { hash, versionAt: 5 - index, loadedAt: index, hidden: false };
      expect(versions.of(month).find(`p${index}`, at(3))).toEqual(wanted);
    }
  },
);

test('a payment marked deleted or superseded is no proof', async () => {
  const { put, held } = emptyStore();
  const month = await put('l1', [row('gone', 3, 1n, { _deleted_at: 5 }), row('moved', 3, 2n, { _superseded_at: 5 })]);
  const versions = held(1e9);
  await versions.load([month], new Set());
  expect(versions.of(month).find('gone', at(3))?.hidden).toBe(true);
  expect(versions.of(month).find('moved', at(3))?.hidden).toBe(true);
});

test('a file that another sync put meanwhile is read when the month is listed again, and not read twice', async () => {
  const { store, put } = emptyStore();
  const reads: string[] = [];
  const read: typeof store.read = (key, ...range) => {
    reads.push(key);
    return store.read(key, ...range);
  };
  const versions = new HeldVersions({ ...store, read }, commetInstance, 1e9);
  const month = await put('l1', [row('a', 3, 1n)]);
  await versions.load([month], new Set());
  await put('l2', [row('a', 3, 2n, { _version_at: 2 })]);
  await versions.load([month], new Set());
  expect(versions.of(month).find('a', at(3))?.hash).toBe(1n);
  await versions.refresh([month]);
  expect(versions.of(month).find('a', at(3))?.hash).toBe(2n);
  expect(reads.length).toBe(2);
});

test('months beyond the limit go, the least recently used first, and come back right', async () => {
  const { put, held } = emptyStore();
  const months: string[] = [];
  for (let month = 0; month < 6; month++) months.push(await put(`l${month}`, [row('a', month, BigInt(month))]));
  const versions = held(1);
  for (const round of [0, 1]) {
    for (const [index, month] of months.entries()) {
      await versions.load([month], new Set());
      expect({ round, hash: versions.of(month).find('a', at(index))?.hash }).toEqual({ round, hash: BigInt(index) });
    }
  }
  expect(() => versions.of(months[0] as string)).toThrow('before it was read');
  await versions.load(months.slice(0, 2), new Set(months.slice(2, 4)));
  expect(() => versions.of(months[1] as string)).not.toThrow();
});

test('a payment that is seen again after it was marked deleted is written again, and shown as it is', async () => {
  const api = await startCommet({ payments: 5, months: 1, now: () => today });
  opened.push(api);
  const bench = await syncBench(api, commetInstance);
  await bench.sync();
  const [newest] = (await historyRows(bench)).toSorted(
    (one, other) => Number(other.created_at) - Number(one.created_at),
  );
  const loadId = `${newest?._load_id}-deleted`;
  const marked: Cells = { ...newest, _load_id: loadId, _deleted_at: today, _version_at: today, _loaded_at: today };
  await writeFile(bench.dir, commetInstance, 'payments', loadId, [marked]);
  bench.clock.at += 60_000;
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 1 });
  await bench.equalsApi();
  const rows = (await historyRows(bench)).filter(({ payment_id }) => payment_id === newest?.payment_id);
  expect(rows.map(({ _deleted_at }) => _deleted_at)).toEqual([null, today, null]);
});

test('a sync with hardly any memory for what is held writes what changed, and only that', async () => {
  const instance = withPagesOf(10, checkoutPageInstance);
  const settings = { heldBytes: 1 };
  let extra: Record<string, unknown> | undefined;
  const api = await doctored(
    (more) => startCheckoutPage({ payments: 60, months: 6, now: () => today, ...more }),
    'starting_after',
    async ({ number }, own) => {
      const page = await own();
      if (number === 0) extra = page.data[0];
      // Met again with other content, far from its month: the load ends before this page.
      return number === 4 ? { ...page, data: page.data.toSpliced(1, 0, { ...extra, locale: 'changed' }) } : undefined;
    },
  );
  opened.push(api);
  const bench = await syncBench(api, instance);
  expect(await bench.sync({ settings })).toMatchObject({ status: 'done', written: 61 });
  expect(await bench.sync({ settings, scope: everything })).toMatchObject({ status: 'done', written: 1 });
  await bench.equalsApi();
  expect(await bench.sync({ settings, scope: everything })).toMatchObject({ status: 'done', written: 0 });
});

test('a file that a compaction deletes between the listing and the read is no failure: the month is listed again', async () => {
  const { store, put } = emptyStore();
  const old = await put('019d4e5d-a', [row('p1', 3, 1n)]);
  const [before] = await store.list('warehouse/commet_payments/');
  await put('019d4e5d-b', [row('p1', 3, 1n), row('p2', 3, 2n)]);
  let reads = 0;
  const vanishing: ObjectStore = {
    ...store,
    async read(...given) {
      if (reads++ === 0) await store.delete([before?.key as string]);
      return store.read(...given);
    },
  };
  const held = new HeldVersions(vanishing, commetInstance, 1 << 20);
  await held.load([old], new Set());
  expect(held.of(old).size).toBe(2);
  expect(reads).toBe(2);
});

test('a file that is listed again and again and never there is an error', async () => {
  const { store, put } = emptyStore();
  const month = await put('019d4e5d-a', [row('p1', 3, 1n)]);
  const never: ObjectStore = { ...store, read: (key) => store.read(`${key}.gone`, 0, 1) };
  const held = new HeldVersions(never, commetInstance, 1 << 20);
  await expect(held.load([month], new Set())).rejects.toThrow('was listed and is gone');
});
