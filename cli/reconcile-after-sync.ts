import type { SyncSummary } from '../lambdas/sync/summary.ts';
import type { SyncOptions } from '../lambdas/sync/sync-options.ts';
import type { ReconciliationJson } from '../lambdas/upkeep/reconciliation-json.ts';
import { reconcileLake } from './reconcile-lake.ts';

/**
 * Counts what a nightly has just completed. The sync is done whatever comes of it: a counting that fails is a warning.
 *
 * @returns null when no nightly was completed, or it could not be counted
 */
export async function reconcileAfterSync(
  dir: string,
  options: SyncOptions,
  summaries: readonly SyncSummary[],
): Promise<ReconciliationJson | null> {
  const isCompleted = summaries.some(({ status, mode }) => status === 'done' && mode === 'incremental');
  if (!isCompleted || options.signal?.aborted) return null;
  const { instance, log } = options;
  try {
    return await reconcileLake(dir, options, { explain: false, repair: false });
  } catch (error) {
    const { message } = error as Error;
    if (!options.signal?.aborted)
      log('warn', `synced, and not counted against the API: ${message}`, { instance: instance.name });
    return null;
  }
}
