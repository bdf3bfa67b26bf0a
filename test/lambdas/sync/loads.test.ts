import { TransientError } from '../../../lambdas/errors.ts';
import type { ObjectStore } from '../../../lambdas/load/object-store.ts';
import { explain } from '../../../local/folder-store.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { commetInstance } from '../../support/lake-builder.ts';
import { loadRows } from '../../support/load-rows.ts';
import { Mortal } from '../../support/mortal.ts';
import { closeBenches, type SyncBench, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';

const everyPage = { loadRows: 1 };
let api: SampleApi;
let bench: SyncBench;
let isDown = false;
beforeEach(async () => {
  isDown = false;
  const intercept: NonNullable<Parameters<typeof startCommet>[0]['intercept']> = (_request, response, url) => {
    if (!isDown || !url.searchParams.has('cursor')) return false;
    response.writeHead(503).end();
    return true;
  };
  api = await startCommet({ payments: 40, months: 1, now: () => today, intercept });
  bench = await syncBench(api, withPagesOf(10, commetInstance));
});
afterEach(async () => {
  await api.close();
  await closeBenches();
});

test('each load leaves one row, which says what it did', async () => {
  const { syncId } = await bench.sync({ settings: everyPage });
  const rows = await loadRows(bench);
  expect(rows).toHaveLength(4);
  expect(rows[0]).toMatchObject({
    source: 'commet',
    instance: 'commet',
    sync_id: syncId,
    kind: 'load',
    mode: 'incremental',
    pages: 1,
    records: 10,
    written: 10,
    unchanged: 0,
    finished_at: today,
    error: null,
  });
  expect(rows[0]?.load_id).toMatch(new RegExp(`^${syncId}-000001-`));
});

test('a load that wrote nothing leaves its row too', async () => {
  await bench.sync();
  bench.clock.at += 1000;
  await bench.sync();
  expect((await loadRows(bench)).map(({ written, unchanged }) => [written, unchanged])).toEqual([
    [40, 0],
    [0, 40],
  ]);
});

test('a failed sync leaves one row with its error and its requests; what was read before is committed', async () => {
  isDown = true;
  const summary = await bench.sync();
  expect(summary).toMatchObject({ status: 'failed', written: 10, error: { name: 'TransientError' } });
  const [load, failed, ...rest] = await loadRows(bench);
  expect(rest).toEqual([]);
  expect(load).toMatchObject({ kind: 'load', written: 10, error: null });
  expect(failed).toMatchObject({ kind: 'failed', written: 0, error: summary.error?.message });
  expect(failed?.error).toContain(`(sync ${summary.syncId})`);
  expect(Number(load?.requests) + Number(failed?.requests)).toBe(summary.requests);
  expect(failed?.load_id).not.toBe(load?.load_id);
  isDown = false;
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 40, syncId: summary.syncId });
  await bench.equalsApi();
});

test('neither the row of a failed sync nor its error holds the key', async () => {
  const key = 'ck_revoked_0123456789';
  const summary = await bench.sync({ key });
  expect(summary).toMatchObject({ status: 'failed', error: { name: 'RequestRefused' } });
  const [failed] = await loadRows(bench);
  expect(failed?.error).toContain('THE_API_KEY is refused by the API (401)');
  expect(JSON.stringify([summary, failed, bench.logs, await bench.checkpoints.readAll()])).not.toContain(key);
});

test('a row that a kill kept from being put is put by the next run, once', async () => {
  const probe = new Mortal(Number.POSITIVE_INFINITY);
  const { store, dynamo } = bench;
  const mortal = (at: number) => {
    const dying = at < 0 ? probe : new Mortal(at);
    return { settings: everyPage, store: dying.store(store), checkpoints: dying.checkpoints(dynamo.client) };
  };
  const other = await syncBench(api, withPagesOf(10, commetInstance));
  const watched = { store: probe.store(other.store), checkpoints: probe.checkpoints(other.dynamo.client) };
  await other.sync({ settings: everyPage, ...watched });
  // Killed in the second load, when its checkpoint has moved and its row is not put.
  const moved = probe.passed.flatMap((name, at) => (name === 'after move sync#incremental' ? [at] : []));
  await bench.sync(mortal((moved[3] as number) + 1)).catch(() => {});
  expect(await loadRows(bench)).toHaveLength(1);
  expect(await bench.state()).toMatchObject({ counts: { loads: 2 } });
  const summary = await bench.sync({ settings: everyPage });
  expect((await loadRows(bench)).map(({ load_id }) => String(load_id).slice(37, 43))).toEqual(
    Array.from({ length: summary.loads }, (_, load) => String(load + 1).padStart(6, '0')),
  );
});

test('a load whose move landed, unknown to us, has its row beside that of the failed sync', async () => {
  const move = bench.checkpoints.move.bind(bench.checkpoints);
  let moves = 0;
  const spy = jest.spyOn(bench.checkpoints, 'move').mockImplementation(async (...given) => {
    const version = await move(...given);
    // Made, begun, the first load, the second.
    if (given[0].item === 'sync#incremental' && ++moves === 4) throw new TransientError('no answer');
    return version;
  });
  expect(await bench.sync({ settings: everyPage })).toMatchObject({ status: 'failed', loads: 1 });
  spy.mockRestore();
  expect(await bench.sync({ settings: everyPage })).toMatchObject({ status: 'done', loads: 4, written: 40 });
  const rows = await loadRows(bench);
  const told = rows.map(({ kind, load_id }) => `${kind} ${String(load_id).slice(37, 43)}`);
  expect(told.sort()).toEqual(['failed 000002', 'load 000001', 'load 000002', 'load 000003', 'load 000004']);
  expect(rows.filter(({ kind }) => kind === 'load').reduce((sum, { written }) => sum + Number(written), 0)).toBe(40);
});

test('a full disk fails the sync with one clear line; the checkpoint stays, and the next sync completes', async () => {
  let free = 3;
  const store: ObjectStore = {
    ...bench.store,
    putNew: async (key, bytes) => {
      if (free-- <= 0) throw explain(key, Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
      await bench.store.putNew(key, bytes);
    },
  };
  const summary = await bench.sync({ store, settings: everyPage });
  expect(summary).toMatchObject({ status: 'failed', error: { name: 'TransientError' } });
  expect(summary.error?.message).toMatch(
    /^warehouse\/\S+\.parquet: the disk is full \(ENOSPC\): free some space, then run the same again \(sync \S+\)$/,
  );
  const { phase, place, counts } = await bench.state();
  expect({ phase, records: counts.records, ids: place.lastIds.length }).toEqual({
    phase: 'running',
    records: summary.records,
    ids: summary.records,
  });
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 40 });
  await bench.equalsApi();
});

test('a store that cannot be read fails the sync with one clear line', async () => {
  await bench.sync();
  const store: ObjectStore = {
    ...bench.store,
    read: () => Promise.reject(new TransientError('the file system refused with EIO')),
  };
  const summary = await bench.sync({ store });
  expect(summary).toMatchObject({ status: 'failed', error: { name: 'TransientError' } });
  expect(summary.error?.message).toMatch(/^the file system refused with EIO \(sync /);
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 0 });
});

test('Ctrl-C drops the load in hand whole, says so, and the next sync goes on', async () => {
  const controller = new AbortController();
  let pages = 0;
  const onProgress = () => {
    if (++pages === 3) controller.abort();
  };
  const settings = { loadRows: 60 };
  const summary = await bench.sync({ signal: controller.signal, onProgress, settings });
  expect(summary).toMatchObject({ status: 'interrupted', error: null });
  expect((await loadRows(bench)).filter(({ kind }) => kind === 'failed')).toEqual([]);
  const before = await bench.state();
  expect(before.counts.records).toBeLessThan(30);
  expect(await bench.sync({ settings })).toMatchObject({ status: 'done', syncId: summary.syncId, written: 40 });
  await bench.equalsApi();
});
