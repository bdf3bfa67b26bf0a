import { runNightly, runSyncAndMarks } from '../../lambdas/sync/run-nightly.ts';
import type { SyncSummary } from '../../lambdas/sync/summary.ts';
import { allTables } from '../../lambdas/warehouse/history-tables.ts';
import { embeddedClient } from '../../local/embedded-dynamodb.ts';
import { compactAll, compactionOf } from './compact-all.ts';
import type { Mortal } from './mortal.ts';
import type { Work } from './schedule.ts';
import { type BenchChanges, everything, type SyncBench } from './sync-bench.ts';

/**
 * A process that syncs or compacts the bench's lake; every step it takes is the mortal's.
 *
 * @param checkpointsAt where it finds the checkpoints: a proxy before the bench's
 * @returns of a compaction: nothing
 */
export async function mortalWork(
  bench: SyncBench,
  checkpointsAt: Parameters<typeof embeddedClient>[0],
  work: Work,
  mortal: Mortal,
): Promise<SyncSummary[]> {
  const client = embeddedClient(checkpointsAt);
  const checkpoints = mortal.checkpoints(client);
  const store = mortal.store(bench.store);
  try {
    if (work === 'compaction') {
      const compaction = compactionOf({ ...bench, store, checkpoints });
      await compactAll({ ...compaction, leasing: 'shared' }, allTables([bench.instance]));
      return [];
    }
    const scope = work === 'backfill' ? everything : work === 'rewrite' ? { ...everything, rewrite: true } : undefined;
    const changes: BenchChanges = {
      store,
      checkpoints,
      leasing: 'shared',
      settings: { loadRows: 1 },
      ...(scope && { scope }),
      ...(work === 'full nightly' && { fullReadingDays: 0 }),
    };
    const plain = bench.options(changes);
    const options = {
      ...plain,
      connect: (...given: Parameters<typeof plain.connect>) => mortal.client(plain.connect(...given)),
    };
    return scope ? await runSyncAndMarks(options) : await runNightly(options);
  } finally {
    client.destroy();
  }
}
