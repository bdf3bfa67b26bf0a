import { isLasting, TransientError } from '../errors.ts';
import type { SyncAnswer } from '../sync/answer.ts';
import { estimateSync } from '../sync/estimate.ts';
import { LeaseHeld } from '../sync/lease-keeper.ts';
import { putRefusal } from '../sync/refused-sync.ts';
import { runNightly, runSyncAndMarks } from '../sync/run-nightly.ts';
import { completesSync, type SyncSummary } from '../sync/summary.ts';
import { summaryAsJson } from '../sync/summary-json.ts';
import { isMain } from '../sync/sync-names.ts';
import { metrics } from '../warehouse/function-settings.ts';
import {
  answerReconcile,
  canBeCounted,
  isReconcile,
  type ReconcileAnswer,
  reconcileEvent,
} from './answer-reconcile.ts';
import { eventFor, parseEvent, type SyncRequest } from './event.ts';
import { instanceOf, paceOfInstance, syncOptionsOf } from './sync-options.ts';
import { tellMetrics } from './tell-metrics.ts';
import type { World } from './world.ts';

/**
 * What one invocation does, once its clients are made.
 *
 * @returns what was done and what goes on; also an error that no retry would mend
 * @throws {TransientError} so that Lambda's own retry goes on from the checkpoint
 */
export async function answerEvent(event: unknown, world: World): Promise<SyncAnswer & ReconcileAnswer> {
  if (isReconcile(event)) return answerReconcile(event, world);
  const begun = world.clock.now();
  let request: SyncRequest | null = null;
  try {
    const instance = instanceOf(world.settings);
    request = parseEvent(event, instance.source);
    const options = await syncOptionsOf(world, instance, request);
    if (request.dryRun) {
      const pace = paceOfInstance(world.settings, instance);
      return { dryRun: await estimateSync(options, { requestsPerMinute: pace, memoryMb: world.memoryMb }) };
    }
    const { mode, rewrite } = request.scope;
    const summaries = mode === 'incremental' && !rewrite ? await runNightly(options) : await runSyncAndMarks(options);
    // First of all: a lease was handed to a token, and only this call brings the token back.
    const goesOn = await goOn(world, request, summaries);
    await tellMetrics(world, summaries, begun);
    await countCompleted(world, summaries);
    return { syncs: summaries.map(summaryAsJson), ...goesOn, ...failureOf(summaries) };
  } catch (error) {
    return await refuseOrThrow(world, error as Error, request, begun);
  }
}

/**
 * Has what was completed counted against the API, by one invocation of its own, if there is a reading to count with.
 * The sync is done whatever comes of it.
 */
async function countCompleted(world: World, summaries: readonly SyncSummary[]): Promise<void> {
  if (!completesSync(summaries)) return;
  try {
    if (await canBeCounted(world)) await world.invokeSelf(reconcileEvent);
  } catch (error) {
    world.log('warn', `the sync is done, and not counted against the API: ${(error as Error).message}`);
  }
}

/** Invokes the function again for each sync that ran out of time. */
async function goOn(
  world: World,
  { continuation, confirmDeletions }: SyncRequest,
  summaries: readonly SyncSummary[],
): Promise<Pick<SyncAnswer, 'goesOn' | 'continuation'>> {
  let told: Pick<SyncAnswer, 'goesOn' | 'continuation'> = { goesOn: false };
  for (const { status, syncId, scope, token } of summaries) {
    if (status !== 'stopped' || token === null) continue;
    // A nightly may also have gone on with syncs that nobody continued before.
    const number = (syncId === continuation?.syncId ? continuation.number : 0) + 1;
    await world.invokeSelf(eventFor(scope, { token, number, syncId }, confirmDeletions));
    world.log('info', 'out of time: the function was invoked again', { sync: syncId, continuation: number });
    told = { goesOn: true, continuation: Math.max(number, told.continuation ?? 0) };
  }
  return told;
}

/** @throws {TransientError} for a sync that failed and may succeed when it is tried again */
function failureOf(summaries: readonly SyncSummary[]): Pick<SyncAnswer, 'error'> {
  const errors = summaries.flatMap(({ status, error }) => (status === 'failed' && error ? [error] : []));
  // What comes behind a sync that is done is for the next night: a retry would read the list again.
  const passing = summaries.find(
    (summary) => summary.status === 'failed' && isMain(summary) && !summary.error?.lasting,
  )?.error;
  if (passing) throw new FailedSync(passing.message);
  return errors[0] ? { error: errors[0].message } : {};
}

/** Its summary has told of it already. */
class FailedSync extends TransientError {}

async function refuseOrThrow(
  world: World,
  error: Error,
  request: SyncRequest | null,
  begunAt: number,
): Promise<SyncAnswer> {
  if (error instanceof FailedSync) throw error;
  const { name, message } = error;
  world.log('error', message, { instance: world.settings.instance, error: name });
  // Whose lease is held by another has not failed: the sync it would have run is being run.
  if (!(error instanceof LeaseHeld) && !request?.dryRun) {
    world.metric(metrics.syncFailed, 1);
    if (request)
      await putRefusal({ ...world, instance: instanceOf(world.settings), scope: request.scope, begunAt }, error);
  }
  if (isLasting(error)) return { error: message };
  throw error;
}
