import type { HttpCounters } from '../extract/http-client.ts';
import { newSync } from './begin-sync.ts';
import { Committer } from './committer.ts';
import { copyPayments } from './copy-payments.ts';
import { endedSummary, endFailed } from './end-sync.ts';
import { HeldVersions } from './held-versions.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { LoadInHand } from './load-in-hand.ts';
import { putLoadRowAgain } from './load-row.ts';
import { hasTime } from './out-of-time.ts';
import type { Mark } from './seal-load.ts';
import type { ShownPayment } from './shown-payments.ts';
import type { SyncSummary } from './summary.ts';
import { type Scope, syncItem } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import type { SyncState } from './sync-state.ts';

/** Marks, of whichever kind, are a sync of their own: it reads the warehouse and no list. */
export const deletionScope: Scope = { mode: 'deletion', from: null, to: null, filters: {}, rewrite: false };

/** What is to be marked. */
interface Marks {
  readonly months: AsyncIterable<MonthToMark>;
  readonly mark: Mark;
  /** The mark's time, ms. */
  readonly at: number;
}

/** Payments of one month that are to be marked alike. */
export interface MonthToMark {
  readonly month: string;
  readonly payments: readonly ShownPayment[];
}

const nothingAsked: HttpCounters = { requests: 0, retries: 0, throttled: 0, throttledMs: 0, bytes: 0 };

/** Whole payments in memory at once, children included. */
const copiedAtOnce = 2000;

/**
 * Writes the payments once more as they are shown, children included, with a mark set: in loads as of any sync, under
 * the lease of the item `sync#deletion`. Killed and run again, it finds those marked already no longer among the
 * months it is given.
 *
 * @param options their scope is `deletionScope`
 * @param counters of the client that was asked what is to be marked; left out: nobody was
 * @param beforeClose what else is to be known once all are marked; given how many were, over all invocations
 * @throws {TransientError} when another process is marking
 */
export async function markPayments(
  options: SyncOptions,
  marks: Marks,
  counters: Readonly<HttpCounters> = nothingAsked,
  beforeClose: (marked: number) => Promise<void> = async () => {},
): Promise<SyncSummary> {
  const { instance, checkpoints, clock, store, encoder, settings, log } = options;
  const key = { instance: instance.name, item: syncItem(deletionScope) };
  const initial: SyncState = { ...newSync(deletionScope, clock.now(), null, false), phase: 'done' };
  const keeper = await LeaseKeeper.take(checkpoints, key, initial, options);
  const met = keeper.stored.state;
  const held = new HeldVersions(store, instance, settings.heldBytes);
  const committer = new Committer(options, keeper, met, held, counters);
  const begun = clock.now();
  try {
    if (met.loadRow) await putLoadRowAgain(store, encoder, met.loadRow);
    const state = met.phase === 'running' ? met : newSync(deletionScope, clock.now(), met, false);
    await committer.save({ ...state, takesWithoutProgress: 0 });
    const end = await markAll(options, committer, marks);
    if (end === 'stopped') {
      await keeper.release();
      return endedSummary(options, committer, keeper, 'stopped');
    }
    await beforeClose(committer.state.counts.written);
    await committer.close({ ...committer.state, phase: 'done', finishedAt: clock.now() });
    log('info', `payments marked ${marks.mark}: ${committer.state.counts.written}`, { instance: instance.name });
    return endedSummary(options, committer, keeper, 'done');
  } catch (error) {
    const reason = (await committer.failure()) ?? (error as Error);
    return await endFailed(options, committer, keeper, reason, begun);
  } finally {
    keeper.stop();
  }
}

async function markAll(
  options: SyncOptions,
  committer: Committer,
  { months, mark, at }: Marks,
): Promise<'end' | 'stopped'> {
  const { clock, settings, signal } = options;
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
      if (!hasTime(options)) {
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
