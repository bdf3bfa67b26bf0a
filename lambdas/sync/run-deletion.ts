import { findDeleted } from './find-deleted.ts';
import { InstanceRecord } from './instance-record.ts';
import { LeaseHeld } from './lease-keeper.ts';
import { deletionScope, type MonthToMark, markPayments } from './mark-payments.ts';
import { hasTime } from './out-of-time.ts';
import { putRefusal, refusedSummary } from './refused-sync.ts';
import type { SyncSummary } from './summary.ts';
import { syncItem } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import type { FullReading, InstanceState, SyncState } from './sync-state.ts';

/**
 * Marks what was deleted at the source, if a full reading was closed since the last look, and ends what an earlier
 * call left unfinished. To be called after each sync: it costs two reads of the checkpoint when there is nothing to do.
 *
 * @param options their scope is not looked at
 * @returns null when there was nothing to mark, or somebody else is marking; also what failed
 * @see protocol.md, "Deleted at the source"
 */
export async function runDeletion(options: SyncOptions): Promise<SyncSummary | null> {
  const { instance, clock, log, signal } = options;
  const own = { ...options, scope: deletionScope };
  const begunAt = clock.now();
  try {
    return await lookAndMark(own);
  } catch (error) {
    const reason = error as Error;
    if (reason instanceof LeaseHeld) {
      log('info', reason.message, { instance: instance.name });
      return null;
    }
    const summary = refusedSummary(instance, deletionScope, clock.now(), reason);
    if (signal?.aborted) return { ...summary, status: 'interrupted', error: null };
    log('error', reason.message, { instance: instance.name });
    await putRefusal({ ...own, begunAt }, reason);
    return summary;
  }
}

async function lookAndMark(options: SyncOptions): Promise<SyncSummary | null> {
  const { instance, scope, checkpoints, clock, log } = options;
  const record = await InstanceRecord.open(checkpoints, instance, options.baseUrl, options.sameAccount, options);
  const key = { instance: instance.name, item: syncItem(scope) };
  const isLeft = (await checkpoints.read<SyncState>(key))?.state.phase === 'running';
  const reading = dueReading(record.state, options.confirmDeletions === true);
  if (!reading && !isLeft) return null;
  // The nightly after this one looks, with all its time.
  if (!hasTime(options)) return null;

  const client = options.connect(options.signal, scope);
  const learn = (marked: number, heldBack: number | null): Promise<void> =>
    reading
      ? record.learn({ deletions: { syncId: reading.syncId, at: clock.now(), marked, heldBack } })
      : Promise.resolve();
  try {
    const deleted = reading ? await findDeleted(options, record.state, client, () => hasTime(options)) : null;
    const isHeldBack = deleted?.isTooMany === true && !options.confirmDeletions;
    const heldBack = isHeldBack ? deleted.count : null;
    const wasHeldBack = (record.state.deletions?.heldBack ?? null) !== null;
    if (!isLeft && !isHeldBack && !wasHeldBack && (deleted?.count ?? 0) === 0) {
      await learn(0, null);
      return null;
    }
    if (isHeldBack) {
      log('warn', tooMany(instance.name, deleted.count), { instance: instance.name });
    }
    const months = deleted && !isHeldBack ? deleted.months() : none();
    const at = reading?.begunAt ?? clock.now();
    const marks = { months, mark: '_deleted_at', at } as const;
    const summary = await markPayments(options, marks, client.counters, (marked) => learn(marked, heldBack));
    return { ...summary, heldBack };
  } finally {
    client.close();
  }
}

/** The full reading to look at: one that proves something, and was not looked at, or held back what is now confirmed. */
function dueReading({ reading, deletions }: InstanceState, isConfirmed: boolean): FullReading | null {
  if (!reading?.isWhole || reading.account === null) return null;
  if (reading.syncId !== deletions?.syncId) return reading;
  return isConfirmed && deletions.heldBack !== null ? reading : null;
}

async function* none(): AsyncGenerator<MonthToMark> {}

const tooMany = (instance: string, count: number): string =>
  `${instance}: ${count} payments are no longer on the list, more than 20 and more than 10 % of it: none is marked ` +
  'deleted; if they are gone at the source, run the sync with --confirm-deletions';
