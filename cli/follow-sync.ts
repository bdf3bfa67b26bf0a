import type { CheckpointTable, Stored } from '../lambdas/load/checkpoint-table.ts';
import { newSync } from '../lambdas/sync/begin-sync.ts';
import { lastFailure } from '../lambdas/sync/last-failure.ts';
import { savedProgress } from '../lambdas/sync/progress.ts';
import type { Clock } from '../lambdas/sync/settings.ts';
import { type SyncSummary, storedSummary } from '../lambdas/sync/summary.ts';
import { type Scope, syncItem } from '../lambdas/sync/sync-names.ts';
import type { Progress } from '../lambdas/sync/sync-options.ts';
import type { SyncState } from '../lambdas/sync/sync-state.ts';
import type { StackInstance } from './stack.ts';

export interface FollowOptions {
  readonly checkpoints: CheckpointTable;
  readonly instance: StackInstance;
  readonly scope: Scope;
  readonly clock: Clock;
  /** Ends the following, not the sync. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** What somebody who waits should know. */
  readonly note: (text: string) => void;
}

const pollMs = 2000;

/**
 * Without a sign of life for so long a sync is taken for dead, ms: Lambda tries again after 1 and 2 minutes, and each
 * try may wait 90 s for the lease of the one before.
 */
const quietMs = 6 * 60_000;

/** An event is tried so often; each try that fails writes that down. */
const triesOfLambda = 3;

/** What stood in the checkpoints before the function was invoked. */
export interface Before {
  readonly sync: Stored<SyncState> | null;
  /** Version of the failure noted last. */
  readonly failures: number;
}

export async function lookBefore({ checkpoints, instance, scope }: FollowOptions): Promise<Before> {
  const sync = await checkpoints.read<SyncState>({ instance: instance.name, item: syncItem(scope) });
  return { sync, failures: (await lastFailure(checkpoints, instance.name, scope))?.version ?? 0 };
}

/**
 * Follows a sync by its checkpoint until it closes, fails for good, or shows no sign of life any more. One that was
 * under way already is followed: the function goes on with it.
 *
 * @returns null when the signal ended the following first
 * @throws what reading the checkpoints throws
 */
export async function followSync(options: FollowOptions, before: Before): Promise<SyncSummary | null> {
  const { checkpoints, instance, scope, clock, signal } = options;
  const key = { instance: instance.name, item: syncItem(scope) };
  const wasRunning = before.sync?.state.phase === 'running';
  let seen = before.sync;
  let signAt = clock.now();
  let failures = before.failures;
  let tries = 0;
  let told = '';
  const failed = (message: string, lasting: boolean): SyncSummary => ({
    ...summaryOf(options, before, seen?.state ?? null),
    status: 'failed',
    error: { name: lasting ? 'TerminalError' : 'TransientError', message, lasting },
  });

  for (;;) {
    if (signal.aborted) return null;
    const stored = await checkpoints.read<SyncState>(key);
    if (stored && isAnother(stored, seen)) {
      signAt = clock.now();
      if (stored.state.counts.loads > (seen?.state.counts.loads ?? 0)) tries = 0;
      seen = stored;
    }
    const isFollowed = seen !== null && (wasRunning || seen.state.syncId !== before.sync?.state.syncId);
    if (seen && isFollowed) {
      const { state } = seen;
      // An item that was only just made is done too, and was never finished.
      if (state.phase === 'done' && state.finishedAt !== null) {
        return { ...summaryOf(options, before, state), status: 'done', error: null };
      }
      if (state.phase === 'running') options.onProgress(savedProgress(instance.name, state));
    }
    const failure = await lastFailure(checkpoints, instance.name, scope);
    if (failure && failure.version > failures) {
      const { message, lasting } = failure.state;
      tries += failure.version - failures;
      failures = failure.version;
      signAt = clock.now();
      told = message;
      if (lasting || tries >= triesOfLambda) return failed(message, lasting);
      options.note(`${message}; Lambda tries again by itself within 2 minutes`);
    }
    if (clock.now() - signAt > quietMs) {
      const last = told === '' ? '' : `; the last failure: ${told}`;
      return failed(
        `${instance.name}: no sign of life for ${quietMs / 60_000} minutes${last}; its log says more, which 'aws lambda get-function-configuration --function-name ${instance.functionName} --query LoggingConfig.LogGroup' names`,
        false,
      );
    }
    await clock.sleep(pollMs, signal).catch(() => {});
  }
}

/** Whether an owner has shown itself: moved the checkpoint, or renewed its lease. */
const isAnother = (now: Stored<SyncState>, seen: Stored<SyncState> | null): boolean =>
  now.version !== seen?.version || now.lease?.until !== seen.lease?.until;

function summaryOf({ instance, scope, clock }: FollowOptions, before: Before, state: SyncState | null) {
  const now = clock.now();
  const shown = state ?? { ...newSync(scope, now, null, false), syncId: '' };
  const resumed = before.sync?.state.phase === 'running' && before.sync.state.syncId === shown.syncId;
  return { ...storedSummary(instance, scope, shown, now), resumed };
}
