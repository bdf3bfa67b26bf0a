import { compactMonth } from '../../lambdas/upkeep/compact-month.ts';
import type { CompactOptions, CompactSummary } from '../../lambdas/upkeep/compact-options.ts';
import { type CompactSettings, defaultCompactSettings } from '../../lambdas/upkeep/compact-settings.ts';
import { monthsWithWork } from '../../lambdas/upkeep/compact-work.ts';
import type { HistoryTable } from '../../lambdas/warehouse/history-tables.ts';
import type { SyncBench } from './sync-bench.ts';

/** Compacts every month of these tables that has work. */
export async function compactAll(options: CompactOptions, tables: readonly HistoryTable[]): Promise<CompactSummary[]> {
  const summaries: CompactSummary[] = [];
  for (const table of tables) {
    for (const month of await monthsWithWork(options, table)) summaries.push(await compactMonth(options, month));
  }
  return summaries;
}

/** A compaction of a lake that syncs fill, which folds two files already. */
export const compactionOf = (
  { store, checkpoints, clock }: Pick<SyncBench, 'store' | 'checkpoints' | 'clock'>,
  settings: Partial<CompactSettings> = {},
): CompactOptions => ({
  store,
  checkpoints,
  settings: { ...defaultCompactSettings, leastFiles: 2, ...settings },
  now: clock.now,
  leasing: 'alone',
  log: () => {},
});

export const deletedBy = (summaries: readonly CompactSummary[]): number =>
  summaries.reduce((total, { deleted }) => total + deleted, 0);
