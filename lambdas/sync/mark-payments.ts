import { TakenOver, TerminalError, UsageError } from '../errors.ts';
import type { HttpClient } from '../extract/http-client.ts';
import { tableName } from '../warehouse/instance.ts';
import { newSync } from './begin-sync.ts';
import { Committer } from './committer.ts';
import { copyPayments } from './copy-payments.ts';
import { HeldVersions } from './held-versions.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { LoadInHand } from './load-in-hand.ts';
import { putLoadRowAgain } from './load-row.ts';
import type { Mark } from './seal-load.ts';
import type { ShownPayment } from './shown-payments.ts';
import { type SyncStatus, type SyncSummary, storedSummary } from './summary.ts';
import { type Scope, syncItem } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import { countsSince, type SyncState } from './sync-state.ts';

/** Marks, of whichever kind, are a sync of their own: it reads the warehouse and no list. */
export const deletionScope: Scope = { mode: 'deletion', from: null, to: null, filters: {}, rewrite: false };

/** Payments of one month that are to be marked alike. */
export interface MonthToMark {
  readonly month: string;
  readonly payments: readonly ShownPayment[];
}

/** Whole payments in memory at once, children included. */
const copiedAtOnce = 2000;

/**
 * Writes the payments once more as they are shown, children included, with a mark set: in loads as of any sync, under
 * the lease of the item `sync#deletion`. Killed and run again, it finds those marked already no longer among the
 * months it is given.
 *
 * @param at the mark's time, ms
 * @param beforeClose what else is to be known once all are marked; given how many were, over all invocations
 * @throws {TransientError} when another process is marking
 */
export async function markPayments(
  options: SyncOptions,
  client: HttpClient,
  months: AsyncIterable<MonthToMark>,
  mark: Mark,
  at: number,
  beforeClose: (marked: number) => Promise<void> = async () => {},
): Promise<SyncSummary> {
  const { instance, checkpoints, clock, store, encoder, settings, log } = options;
  const key = { instance: instance.name, item: syncItem(deletionScope) };
  const initial: SyncState = { ...newSync(deletionScope, clock.now(), null, false), phase: 'done' };
  const keeper = await LeaseKeeper.take(checkpoints, key, initial, options);
  const met = keeper.stored.state;
  const { shared, payments } = instance.source;
  const held = new HeldVersions(store, tableName(instance, payments), shared.created_at, settings.heldBytes);
  const committer = new Committer(options, keeper, met, held, client.counters);
  const begun = clock.now();
  const summary = (status: SyncStatus, error: SyncSummary['error']): SyncSummary => ({
    ...storedSummary(instance, deletionScope, committer.state, clock.now()),
    status,
    resumed: met.phase === 'running',
    here: met.phase === 'running' ? countsSince(committer.countsNow(), met.counts) : committer.countsNow(),
    error,
  });
  try {
    if (met.loadRow) await putLoadRowAgain(store, encoder, met.loadRow);
    const state = met.phase === 'running' ? met : newSync(deletionScope, clock.now(), met, false);
    await committer.save({ ...state, takesWithoutProgress: 0 });
    const end = await markAll(options, committer, months, mark, at);
    if (end === 'stopped') {
      await keeper.release();
      return summary('stopped', null);
    }
    await beforeClose(committer.state.counts.written);
    await committer.close({ ...committer.state, phase: 'done', finishedAt: clock.now() });
    log('info', `payments marked ${mark}: ${committer.state.counts.written}`, { instance: instance.name });
    return summary('done', null);
  } catch (thrown) {
    const error = await committer.settled().then(
      () => thrown as Error,
      (failure: Error) => failure,
    );
    const lasting = error instanceof TerminalError || error instanceof UsageError || error instanceof TakenOver;
    if (error instanceof TakenOver) return summary('taken over', { name: error.name, message: error.message, lasting });
    await keeper.release().catch(() => {});
    if (options.signal?.aborted) return summary('interrupted', null);
    const message = `${error.message} (sync ${committer.state.syncId})`;
    log('error', message, { instance: instance.name });
    await committer.storeFailure(message, begun).catch(() => {});
    return summary('failed', { name: error.name, message, lasting });
  } finally {
    keeper.stop();
  }
}

async function markAll(
  options: SyncOptions,
  committer: Committer,
  months: AsyncIterable<MonthToMark>,
  mark: Mark,
  at: number,
): Promise<'end' | 'stopped'> {
  const { clock, settings, signal, remainingMs } = options;
  let load = new LoadInHand(clock.now());
  const commit = async () => {
    await committer.commit(load, false);
    load = new LoadInHand(clock.now());
  };
  for await (const { month, payments } of months) {
    for (let first = 0; first < payments.length; first += copiedAtOnce) {
      signal?.throwIfAborted();
      const some = payments.slice(first, first + copiedAtOnce);
      for (const copy of await copyPayments(options, month, some, mark, at)) load.write(copy);
      if (load.isFull(settings, clock.now())) await commit();
      if (remainingMs && remainingMs() < settings.reserveMs) {
        if (load.written > 0) await commit();
        await committer.settled();
        return 'stopped';
      }
    }
  }
  if (load.written > 0) await commit();
  await committer.settled();
  return 'end';
}
