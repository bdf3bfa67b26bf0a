import { isLasting, TakenOver, TransientError } from '../errors.ts';
import type { Committer } from './committer.ts';
import { noteFailure } from './last-failure.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { type SyncStatus, type SyncSummary, storedSummary } from './summary.ts';
import type { SyncOptions } from './sync-options.ts';
import { countsSince, type SyncState } from './sync-state.ts';

/** What became of a sync that this process worked on, as its committer stands. */
export function endedSummary(
  { instance, scope, clock }: SyncOptions,
  committer: Committer,
  keeper: LeaseKeeper<SyncState>,
  status: SyncStatus,
  error: Error | null = null,
): SyncSummary {
  const { state } = committer;
  const { state: met } = keeper.stored;
  const resumed = met.phase === 'running' && met.syncId === state.syncId;
  const counts = committer.countsNow();
  return {
    ...storedSummary(instance, scope, { ...state, counts }, clock.now()),
    status,
    resumed,
    drift: committer.drift.list(),
    error: error && {
      name: error.name,
      message: error.message,
      lasting: isLasting(error) || error instanceof TakenOver,
    },
    token: committer.token,
    here: resumed ? countsSince(counts, met.counts) : counts,
  };
}

/**
 * Ends a sync that cannot go on: gives its lease up, and leaves word of the failure beside its checkpoint and a row in
 * `loads`, unless another process has taken it over or it was interrupted.
 *
 * @param reason what made the last commit fail, else what was thrown
 * @param begun when this process began with it, ms
 */
export async function endFailed(
  options: SyncOptions,
  committer: Committer,
  keeper: LeaseKeeper<SyncState>,
  reason: Error,
  begun: number,
): Promise<SyncSummary> {
  const { signal, log, instance } = options;
  if (reason instanceof TakenOver) return endedSummary(options, committer, keeper, 'taken over', reason);
  await keeper.release().catch(() => {});
  if (signal?.aborted && !committer.failed && isInterruption(reason, signal)) {
    return endedSummary(options, committer, keeper, 'interrupted');
  }
  const message = `${reason.message} (sync ${committer.state.syncId})`;
  log('error', message, { instance: instance.name });
  await noteFailure(options, { message, lasting: isLasting(reason), syncId: committer.state.syncId });
  await committer.storeFailure(message, begun).catch((second: Error) => {
    log('warn', `the failed sync has no row in loads: ${second.message}`, { instance: instance.name });
  });
  const error = { name: reason.name, message, lasting: isLasting(reason) };
  return { ...endedSummary(options, committer, keeper, 'failed'), error };
}

const isInterruption = (error: Error, signal: AbortSignal): boolean =>
  error === signal.reason || error.name === 'AbortError' || error instanceof TransientError;
