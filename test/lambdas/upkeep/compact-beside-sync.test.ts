import type { ObjectStore } from '../../../lambdas/load/object-store.ts';
import { allTables } from '../../../lambdas/warehouse/history-tables.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { compactAll, compactionOf, deletedBy } from '../../support/compact-all.ts';
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
  const compaction = compactionOf(bench, { graceMs: 0 });
  let deleted = 0;
  const compact = async () => {
    deleted += deletedBy(await compactAll(compaction, allTables([instance])));
  };
  const store: ObjectStore = {
    ...bench.store,
    async putNew(key, bytes) {
      await compact();
      await bench.store.putNew(key, bytes);
    },
    // What a sync has listed is gone before it reads it.
    async list(prefix) {
      const listed = await bench.store.list(prefix);
      await compact();
      return listed;
    },
  };
  const settings = { loadRows: 1 };
  expect(await bench.sync({ store, settings })).toMatchObject({ status: 'done', written: 48 });
  await bench.equalsApi();
  const again = await bench.sync({ store, settings, scope: everything });
  expect(again).toMatchObject({ status: 'done', written: 0, unchanged: 48 });
  await compact();
  await bench.equalsApi();
  expect(deleted).toBeGreaterThan(10);
});
