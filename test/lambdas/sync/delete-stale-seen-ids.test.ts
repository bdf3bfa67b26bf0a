import { deleteStaleSeenIds } from '../../../lambdas/sync/delete-stale-seen-ids.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { commetInstance } from '../../support/lake-builder.ts';
import { closeBenches, everything, syncBench, today } from '../../support/sync-bench.ts';

const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

test('of four full readings the ids of the last two stay, and nothing of another instance goes', async () => {
  const api = await startCommet({ payments: 8, months: 1, until: new Date('2026-06-30T23:00:00Z'), now: () => today });
  opened.push(api);
  const bench = await syncBench(api, commetInstance);
  const other = 'state/commet_eu/019d0000-0000-7000-8000-000000000000/a.json';
  await bench.store.putNew(other, new TextEncoder().encode('[]'));
  const readings: string[] = [];
  for (let reading = 0; reading < 4; reading++) {
    bench.clock.at += 24 * 60 * 60_000;
    readings.push((await bench.sync({ scope: everything })).syncId);
  }
  const left = async () => (await bench.store.list('state/')).map(({ key }) => key);
  expect((await left()).length).toBe(5);
  expect(await deleteStaleSeenIds(bench.store, bench.checkpoints, 'commet')).toBe(2);
  const kept = await left();
  expect(kept).toEqual([
    expect.stringContaining(`/${readings[2]}/`),
    expect.stringContaining(`/${readings[3]}/`),
    other,
  ]);
  expect(await deleteStaleSeenIds(bench.store, bench.checkpoints, 'commet')).toBe(0);
});

test('a reading that closes between the looks at two items keeps its ids', async () => {
  const api = await startCommet({ payments: 8, months: 1, until: new Date('2026-06-30T23:00:00Z'), now: () => today });
  opened.push(api);
  const bench = await syncBench(api, commetInstance);
  await bench.sync({ scope: everything });
  const before = await bench.checkpoints.read({ instance: 'commet', item: 'instance' });
  bench.clock.at += 24 * 60 * 60_000;
  const { syncId } = await bench.sync({ scope: everything });
  let looks = 0;
  const checkpoints = Object.assign(Object.create(bench.checkpoints) as typeof bench.checkpoints, {
    async readAll(instance: string) {
      const items = await bench.checkpoints.readAll(instance);
      // The instance's item was read before the close, the sync's after it.
      return looks++ > 0 ? items : items.map((each) => (each.item === 'instance' && before ? before : each));
    },
  });
  expect(await deleteStaleSeenIds(bench.store, checkpoints, 'commet')).toBe(0);
  expect((await bench.store.list('state/')).filter(({ key }) => key.includes(syncId))).toHaveLength(1);
});
