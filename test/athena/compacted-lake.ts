import { compactMonth } from '../../lambdas/upkeep/compact-month.ts';
import { defaultCompactSettings } from '../../lambdas/upkeep/compact-settings.ts';
import { monthsWithWork } from '../../lambdas/upkeep/compact-work.ts';
import { allTables } from '../../lambdas/warehouse/history-tables.ts';
import type { Instance } from '../../lambdas/warehouse/instance.ts';
import { folderStore } from '../../local/folder-store.ts';
import { closeCheckpoints, startCheckpoints } from '../support/checkpoints.ts';

/**
 * Compacts every month of a lake that has two files or more.
 *
 * @param superseded whether what is superseded stays, as in the day after a compaction, when all rows are there twice
 */
export async function compactLake(
  dir: string,
  instances: readonly Instance[],
  superseded: 'kept' | 'deleted',
): Promise<void> {
  const { table: checkpoints } = await startCheckpoints();
  const options = {
    store: folderStore(dir),
    checkpoints,
    settings: { ...defaultCompactSettings, graceMs: 0, leastFiles: 2 },
    now: () => 0,
    leasing: 'alone',
    log: () => {},
  } as const;
  try {
    for (const table of allTables(instances)) {
      for (const month of await monthsWithWork(options, table)) {
        await compactMonth(options, month);
        if (superseded === 'deleted') await compactMonth(options, month, 'deletions');
      }
    }
  } finally {
    await closeCheckpoints();
  }
}
