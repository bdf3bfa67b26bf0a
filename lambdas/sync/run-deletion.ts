import { TransientError } from '../errors.ts';
import { newSync } from './begin-sync.ts';
import { findDeleted } from './find-deleted.ts';
import { InstanceRecord } from './instance-record.ts';
import { LeaseHeld } from './lease-keeper.ts';
import { deletionScope, type MonthToMark, markPayments } from './mark-payments.ts';
import { type SyncSummary, storedSummary } from './summary.ts';
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
  const { instance, checkpoints, settings, clock, log, remainingMs } = options;
  const hasTime = () => !remainingMs || remainingMs() >= settings.reserveMs;
  const own = { ...options, scope: deletionScope };
  const record = await InstanceRecord.open(checkpoints, instance, options.baseUrl, options.sameAccount, own);
  const key = { instance: instance.name, item: syncItem(deletionScope) };
  const isLeft = (await checkpoints.read<SyncState>(key))?.state.phase === 'running';
  const reading = dueReading(record.state, options.confirmDeletions === true);
  if (!reading && !isLeft) return null;
  // The nightly after this one looks, with all its time.
  if (!hasTime()) return null;

  const stop = new AbortController();
  const interrupt = () => stop.abort(options.signal?.reason);
  if (options.signal?.aborted) interrupt();
  options.signal?.addEventListener('abort', interrupt);
  const client = options.connect(stop.signal, deletionScope);
  const learn = (marked: number, heldBack: number | null): Promise<void> =>
    reading
      ? record.learn({ deletions: { syncId: reading.syncId, at: clock.now(), marked, heldBack } })
      : Promise.resolve();
  try {
    const deleted = reading ? await findDeleted(own, record.state, client, hasTime) : null;
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
    const summary = await markPayments(own, client, months, '_deleted_at', at, (marked) => learn(marked, heldBack));
    return { ...summary, heldBack };
  } catch (error) {
    const { name, message } = error as Error;
    if (error instanceof LeaseHeld) {
      log('info', message, { instance: instance.name });
      return null;
    }
    const state = { ...newSync(deletionScope, clock.now(), null, false), syncId: '' };
    const stored = { ...storedSummary(instance, deletionScope, state, clock.now()), resumed: false };
    if (options.signal?.aborted) return { ...stored, status: 'interrupted', error: null };
    log('error', message, { instance: instance.name });
    return { ...stored, status: 'failed', error: { name, message, lasting: !(error instanceof TransientError) } };
  } finally {
    options.signal?.removeEventListener('abort', interrupt);
    stop.abort();
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
