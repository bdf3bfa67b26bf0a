import { completedReadings } from '../lambdas/sync/completed-readings.ts';
import { completesSync, type SyncSummary } from '../lambdas/sync/summary.ts';
import type { SyncOptions } from '../lambdas/sync/sync-options.ts';
import { readingToCountWith } from '../lambdas/upkeep/reconcile-options.ts';
import type { ReconciliationJson } from '../lambdas/upkeep/reconciliation-json.ts';
import { reconcileLake } from './reconcile-lake.ts';
import { differenceLine } from './reconcile-report.ts';

/**
 * Counts what a sync has just completed. The sync is done whatever comes of it: a difference is a
 * warning, and so is a counting that fails.
 *
 * @returns null when nothing was completed, there is no reading to count with yet, or it could not be counted
 */
export async function reconcileAfterSync(
  dir: string,
  options: SyncOptions,
  summaries: readonly SyncSummary[],
): Promise<ReconciliationJson | null> {
  if (!completesSync(summaries) || options.signal?.aborted) return null;
  const { instance, checkpoints, store, log } = options;
  try {
    const readings = completedReadings(instance.name, await checkpoints.readAll(instance.name), store);
    if (!readingToCountWith({ instance, readings })) return null;
    const reconciled = await reconcileLake(dir, options, { explain: false, repair: false });
    const line = differenceLine(reconciled);
    if (line) log('warn', line, { instance: instance.name });
    return reconciled;
  } catch (error) {
    const { message } = error as Error;
    if (!options.signal?.aborted)
      log('warn', `synced, and not counted against the API: ${message}`, { instance: instance.name });
    return null;
  }
}
