import { TerminalError } from '../errors.ts';
import type { HttpClient, HttpCounters } from '../extract/http-client.ts';
import { newSync } from './begin-sync.ts';
import { closeReading, listToRead } from './close-reading.ts';
import { Committer } from './committer.ts';
import { endedSummary, endFailed } from './end-sync.ts';
import { HeldVersions } from './held-versions.ts';
import { InstanceRecord } from './instance-record.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { putLoadRowAgain } from './load-row.ts';
import { openReading, type PageReader } from './open-reading.ts';
import { OutOfTime, watchTime } from './out-of-time.ts';
import { isSamePersonalData, personalDataState } from './personal-data-state.ts';
import { AnotherAccount, readAndCommit } from './read-and-commit.ts';
import { type SyncStatus, type SyncSummary, storedSummary } from './summary.ts';
import { isLate, syncItem } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import type { Place, SyncState } from './sync-state.ts';

/** @returns where the pages come from. @param mayAsk whether another request may be sent */
export type OpenPages = (client: HttpClient, place: Place, mayAsk: () => boolean) => PageReader;

/**
 * Runs one sync of one instance, or goes on with the one that was left unfinished.
 *
 * @param openPages instead of the list: what it reads is given anew each time, so nothing unfinished is gone on with
 * @returns what was done, also when it failed: the checkpoint then stands where the last load was committed
 * @throws {UsageError} before anything was begun: the warehouse was filled from another base URL
 * @throws {TransientError} before anything was begun: another sync of the same scope is at work
 * @see protocol.md
 */
export async function runSync(options: SyncOptions, openPages: OpenPages | null = null): Promise<SyncSummary> {
  const { instance, scope, checkpoints, clock } = options;
  const record = await InstanceRecord.open(checkpoints, instance, options.baseUrl, options.sameAccount, options);
  const key = { instance: instance.name, item: syncItem(scope) };
  const initial: SyncState = { ...newSync(scope, clock.now(), null, record.state.outOfOrder), phase: 'done' };
  const { continuation } = options;
  const isLeft = ({ phase, syncId }: SyncState) => phase === 'running' && syncId === continuation?.syncId;
  const keeper = continuation
    ? await LeaseKeeper.takeHandedOver(checkpoints, key, continuation.token, isLeft, options)
    : await LeaseKeeper.take(checkpoints, key, initial, options);
  if (!keeper) {
    const state = (await checkpoints.read<SyncState>(key))?.state ?? initial;
    options.log('info', 'nothing is left to go on with: the sync went on, or is done', { instance: instance.name });
    return { ...storedSummary(instance, scope, state, clock.now()), status: 'taken over', error: null };
  }
  try {
    return await new SyncRun(options, record, keeper, openPages).run();
  } finally {
    keeper.stop();
  }
}

/** A lease taken this often without a load committed: something stops it each time. */
export const mostTakesWithoutProgress = 2;

/** One invocation's part of a sync, under its lease. */
class SyncRun {
  readonly #options: SyncOptions;
  readonly #record: InstanceRecord;
  readonly #keeper: LeaseKeeper<SyncState>;
  readonly #openPages: OpenPages | null;
  readonly #stop = new AbortController();

  constructor(
    options: SyncOptions,
    record: InstanceRecord,
    keeper: LeaseKeeper<SyncState>,
    openPages: OpenPages | null,
  ) {
    this.#options = options;
    this.#openPages = openPages;
    this.#record = record;
    this.#keeper = keeper;
  }

  async run(): Promise<SyncSummary> {
    const { signal, clock } = this.#options;
    const interrupt = () => this.#stop.abort(signal?.reason);
    signal?.addEventListener('abort', interrupt);
    if (signal?.aborted) interrupt();
    const unwatch = watchTime(this.#options, this.#stop);
    const client = this.#options.connect(this.#stop.signal, this.#options.scope);
    const committer = this.#committer(client.counters);
    const begun = clock.now();
    try {
      this.#refuseEndless();
      await this.#begin(committer);
      const status = await this.#readOn(committer, client);
      return endedSummary(this.#options, committer, this.#keeper, status);
    } catch (error) {
      return await this.#fail(committer, error as Error, begun);
    } finally {
      unwatch();
      signal?.removeEventListener('abort', interrupt);
      this.#stop.abort();
      client.close();
    }
  }

  #committer(counters: Readonly<HttpCounters>): Committer {
    const { instance, store, settings } = this.#options;
    const held = new HeldVersions(store, instance, settings.heldBytes);
    return new Committer(this.#options, this.#keeper, this.#keeper.stored.state, held, counters);
  }

  /** Goes on with what was left unfinished, or begins anew; either is saved, and the last row for `loads` put again. */
  async #begin(committer: Committer): Promise<void> {
    const { scope, clock, store, encoder, log, instance } = this.#options;
    const { state } = committer;
    const personalData = personalDataState(this.#options.personalData);
    // What was left under another mode wrote its part in that mode: the whole is read again.
    const goesOn =
      state.phase === 'running' && !this.#openPages && isSamePersonalData(state.personalData, personalData);
    if (state.loadRow) await putLoadRowAgain(store, encoder, state.loadRow);
    const going = { ...state, rewrite: state.rewrite || scope.rewrite };
    const next = goesOn ? going : newSync(scope, clock.now(), state, this.#record.state.outOfOrder);
    const marked = next.personalData || personalData.mode !== 'keep' ? { personalData } : {};
    await committer.save({ ...next, ...marked, takesWithoutProgress: next.takesWithoutProgress + 1 });
    log('info', goesOn ? 'sync goes on' : 'sync begins', {
      instance: instance.name,
      sync: next.syncId,
      mode: next.mode,
    });
  }

  #refuseEndless(): void {
    const { continuation, settings, instance } = this.#options;
    if (!continuation || continuation.number <= settings.mostContinuations) return;
    throw new TerminalError(
      `${instance.name}: a sync may be continued ${settings.mostContinuations} times, and was; the same event goes on where it stopped, mostContinuations raises the limit`,
    );
  }

  async #readOn(committer: Committer, client: HttpClient): Promise<SyncStatus> {
    const { instance, scope, clock, log } = this.#options;
    for (;;) {
      try {
        const end = await readAndCommit(this.#options, this.#record, committer, this.#pages(committer, client));
        if (end !== 'end') return end;
        if ((await closeReading(this.#options, this.#record, committer, client)) === 'closed') return 'done';
      } catch (error) {
        if (!(error instanceof AnotherAccount)) throw error;
        // The cursor belongs to another list: nothing of the unfinished sync is of use.
        log('warn', error.message, { instance: instance.name });
        await committer.save(newSync(scope, clock.now(), committer.state, false));
      }
    }
  }

  #pages({ state }: Committer, client: HttpClient): PageReader {
    const { mostRequests = Number.POSITIVE_INFINITY } = this.#options;
    const mayAsk = () => client.counters.requests < mostRequests;
    if (this.#openPages) return this.#openPages(client, state.place, mayAsk);
    const list = listToRead(client, this.#options, state);
    return openReading(this.#options, this.#record.state, list, state.place, mayAsk);
  }

  async #fail(committer: Committer, error: Error, begun: number): Promise<SyncSummary> {
    let reason = (await committer.failure()) ?? error;
    if (reason instanceof OutOfTime) {
      const stopped = await this.#handOver(committer).catch((failure: Error) => failure);
      if (!(stopped instanceof Error)) return stopped;
      reason = stopped;
    }
    return endFailed(this.#options, committer, this.#keeper, reason, begun);
  }

  /** Out of time with nothing in hand: whoever comes with the token stands where we stood. */
  async #handOver(committer: Committer): Promise<SyncSummary> {
    const { instance, settings, scope } = this.#options;
    if (isLate(scope)) {
      await committer.save(committer.state, null);
      return endedSummary(this.#options, committer, this.#keeper, 'paused');
    }
    if (committer.state.takesWithoutProgress >= mostTakesWithoutProgress) {
      throw new TerminalError(
        `${instance.name}: ${mostTakesWithoutProgress} invocations in a row ran out of time before a page was read; the same event tries again`,
      );
    }
    await committer.save(committer.state, committer.handOver(settings.leaseMs));
    return endedSummary(this.#options, committer, this.#keeper, 'stopped');
  }
}
