import type { ObjectStore } from '../../../lambdas/load/object-store.ts';
import { compactMonth } from '../../../lambdas/upkeep/compact-month.ts';
import type { CompactOptions } from '../../../lambdas/upkeep/compact-options.ts';
import { defaultCompactSettings } from '../../../lambdas/upkeep/compact-settings.ts';
import { monthsWithWork } from '../../../lambdas/upkeep/compact-work.ts';
import { allTables } from '../../../lambdas/warehouse/history-tables.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { commetInstance } from '../../support/lake-builder.ts';
import { closeBenches, everything, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';

const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

test('compactions that delete at once, before each file a sync puts, cost the sync nothing', async () => {
  const instance = withPagesOf(8, commetInstance);
  const api = await startCommet({
    payments: 48,
    months: 1,
    until: new Date('2026-06-30T23:00:00Z'),
    now: () => today,
  });
  opened.push(api);
  const bench = await syncBench(api, instance);
  const compaction: CompactOptions = {
    store: bench.store,
    checkpoints: bench.checkpoints,
    settings: { ...defaultCompactSettings, leastFiles: 2, graceMs: 0 },
    now: bench.clock.now,
    leasing: 'alone',
    log: () => {},
  };
  let deleted = 0;
  const compactAll = async () => {
    for (const table of allTables([instance])) {
      for (const month of await monthsWithWork(compaction, table))
        deleted += (await compactMonth(compaction, month)).deleted;
    }
  };
  const store: ObjectStore = {
    ...bench.store,
    async putNew(key, bytes) {
      await compactAll();
      await bench.store.putNew(key, bytes);
    },
    // What a sync has listed is gone before it reads it.
    async list(prefix) {
      const listed = await bench.store.list(prefix);
      await compactAll();
      return listed;
    },
  };
  const settings = { loadRows: 1 };
  expect(await bench.sync({ store, settings })).toMatchObject({ status: 'done', written: 48 });
  await bench.equalsApi();
  const again = await bench.sync({ store, settings, scope: everything });
  expect(again).toMatchObject({ status: 'done', written: 0, unchanged: 48 });
  await compactAll();
  await bench.equalsApi();
  expect(deleted).toBeGreaterThan(10);
});
