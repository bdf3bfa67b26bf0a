import { TerminalError, TransientError } from '../errors.ts';
import type { JsonRecord, Page } from '../extract/pages.ts';
import type { NoteDrift } from '../transform/draft.ts';
import { compileFlatten, type FlatRecord } from '../transform/flatten.ts';
import { monthOf } from '../warehouse/keys.ts';
import { accountOf, fixStart, isFullReading, startsOver } from './begin-sync.ts';
import type { Committer } from './committer.ts';
import { DriftTally } from './drift-tally.ts';
import type { InstanceRecord } from './instance-record.ts';
import { LoadInHand, onceEach } from './load-in-hand.ts';
import type { PageReader } from './open-reading.ts';
import { OutOfTime } from './out-of-time.ts';
import { progressOf } from './progress.ts';
import { disorderSeen, reachOf } from './reach.ts';
import type { ReadPage } from './reading.ts';
import { isHeld, monthsOf } from './seal-load.ts';
import { isLate } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';

/** The unfinished sync was begun on another account's list. */
export class AnotherAccount extends Error {
  override readonly name = 'AnotherAccount';
}

/** The backfill has sent as many requests as it may. */
class RequestsUsedUp extends TerminalError {
  override readonly name = 'RequestsUsedUp';
}

/** Files that are put at once, times this over the slowest put seen, must fit into the time left. */
const putSafety = 2;

/**
 * Reads pages, flattens them, leaves out what the warehouse holds, and commits load after load.
 *
 * @returns 'end' when all was read and committed; 'stopped' when time ran out and the lease was handed to a token;
 * 'paused' when a sweep or a recheck has used up its requests or its time
 * @throws {AnotherAccount} on the first page, when the saved place is in another account's list
 */
export async function readAndCommit(
  options: SyncOptions,
  record: InstanceRecord,
  committer: Committer,
  reading: PageReader,
): Promise<'end' | 'stopped' | 'paused'> {
  const { instance, scope, settings, clock, signal } = options;
  const { source } = instance;
  let note: NoteDrift = () => {};
  const flatten = compileFlatten(source, (...noted) => note(...noted), options.personalData);
  reading.stopBefore(committer.state.boundary);
  const keepsSeenIds = () => isFullReading(committer.state);
  const statusColumn = source.payments.columns.findIndex(({ name }) => name === source.shared.status);
  const requestedAt = clock.now();
  let isFirst = true;
  let load = new LoadInHand(clock.now());

  const nextLoad = async (): Promise<void> => {
    await committer.commit(load, keepsSeenIds());
    load = new LoadInHand(clock.now());
  };

  const lastLoad = async (): Promise<'stopped' | 'paused'> => {
    const lease = isLate(scope) ? null : committer.handOver(settings.leaseMs);
    if (load.place) await committer.commit(load, keepsSeenIds(), lease);
    await committer.settled();
    if (!load.place) await committer.save(committer.state, lease);
    return lease ? 'stopped' : 'paused';
  };

  try {
    const end = await readPages();
    if (end !== 'end') return end;
  } catch (error) {
    // What was read before the API gave out is good: committed, it need not be read again.
    const isGood = load.place !== null && !committer.failed && !signal?.aborted;
    if (isGood && error instanceof OutOfTime) return lastLoad();
    if (isGood && (error instanceof TransientError || error instanceof RequestsUsedUp)) await nextLoad();
    throw error;
  }
  if (load.place) await nextLoad();
  await committer.settled();
  return 'end';

  async function readPages(): Promise<'end' | 'stopped' | 'paused'> {
    for (let read = await readNext(); read; read = await readNext()) {
      if (isFirst) await meetFirstPage(read);
      isFirst = false;
      await take(read);
      options.onProgress?.(progressOf(instance.name, committer.state, load, read));
      if (isOutOfTime() || reading.isUsedUp) return lastLoad();
      if (load.isFull(settings, clock.now())) await nextLoad();
    }
    return 'end';
  }

  async function readNext(): Promise<ReadPage | null> {
    signal?.throwIfAborted();
    if (committer.failed) await committer.settled();
    refuseTooManyRequests();
    return reading.next();
  }

  async function meetFirstPage({ page }: ReadPage): Promise<void> {
    const account = accountOf(page, source.account);
    const { state } = committer;
    if (state.start === null) {
      committer.state = fixStart(state, scope, page, requestedAt, account, reachOf(options, record.state));
      if (startsOver(scope, state, account)) {
        options.log('warn', `another account than before (${account}): everything is read`, {
          instance: instance.name,
        });
      }
    } else if (account !== null && state.account !== null && account !== state.account) {
      throw new AnotherAccount(`the unfinished sync read account ${state.account}, now it is ${account}: begun anew`);
    }
    reading.stopBefore(committer.state.boundary);
    await record.learn({ account: account ?? record.state.account });
  }

  async function take({ page, place }: ReadPage): Promise<void> {
    const drift = new DriftTally();
    note = drift.noteAt(page.answeredAt);
    const records = onceEach(page.records.map((json) => flattenOne(json, page)));
    const inRange = records.filter(isInRange);
    const held = committer.held;
    // First: committing a load may drop months that are not its own.
    if (load.contradicts(inRange)) await nextLoad();
    await held.load(monthsOf(inRange), new Set(load.months.keys()));
    let unchanged = 0;
    for (const one of inRange) {
      const isKnown = load.has(one) || (!committer.state.rewrite && isHeld(held.of(monthOf(one.createdAt)), one));
      if (isKnown) unchanged += 1;
      else load.write(one);
    }
    if (keepsSeenIds()) for (const { id, rows } of records) load.see(String(rows[0]?.[0]?.[statusColumn] ?? ''), id);
    const outside = records.length - inRange.length;
    load.endPage(place, { records: page.records.length, unchanged, outside }, drift);
    if (place.outOfOrder) await record.learn(disorderSeen(source));
  }

  function flattenOne(json: JsonRecord, { answeredAt, requestId }: Page): FlatRecord {
    try {
      return flatten(json, answeredAt);
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      throw new TerminalError(`${instance.name}: ${error.message} (payment ${json.id}, request ${requestId})`);
    }
  }

  function isInRange({ createdAt }: FlatRecord): boolean {
    const { from, to } = scope;
    if (from === null && to === null) return true;
    return createdAt !== null && (from === null || createdAt >= from) && (to === null || createdAt < to);
  }

  function refuseTooManyRequests(): void {
    const { mostRequestsPerBackfill: most } = settings;
    if (scope.mode !== 'backfill' || committer.countsNow().requests < most) return;
    throw new RequestsUsedUp(
      `${instance.name}: a backfill may send ${most} requests, and did; raise mostRequestsPerBackfill in cdk.json's context, deploy, and give the same event again: it goes on where it stopped`,
    );
  }

  function isOutOfTime(): boolean {
    if (!options.remainingMs) return false;
    const putting = (load.files / settings.putsAtOnce) * committer.slowestPutMs * putSafety;
    return options.remainingMs() < Math.max(settings.reserveMs, putting);
  }
}
