import { TakenOver, TerminalError, TransientError, UsageError } from '../errors.ts';
import type { HttpClient, HttpCounters } from '../extract/http-client.ts';
import { type List, openList } from '../extract/pages.ts';
import { tableName } from '../warehouse/instance.ts';
import { newSync } from './begin-sync.ts';
import { Committer } from './committer.ts';
import { HeldVersions } from './held-versions.ts';
import { InstanceRecord } from './instance-record.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { putLoadRowAgain } from './load-row.ts';
import { OutOfTime, watchTime } from './out-of-time.ts';
import { AnotherAccount, readAndCommit } from './read-and-commit.ts';
import { compareTotal, readSeenIds } from './seen-ids.ts';
import { DriftCount, type SyncStatus, type SyncSummary, storedSummary } from './summary.ts';
import { coversWholeList, syncItem } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import { countsSince, type SyncState } from './sync-state.ts';

/**
 * Runs one sync of one instance, or goes on with the one that was left unfinished.
 *
 * @returns what was done, also when it failed: the checkpoint then stands where the last load was committed
 * @throws {UsageError} before anything was begun: the warehouse was filled from another base URL
 * @throws {TransientError} before anything was begun: another sync of the same scope is at work
 * @see protocol.md
 */
export async function runSync(options: SyncOptions): Promise<SyncSummary> {
  const { instance, scope, checkpoints, clock } = options;
  const record = await InstanceRecord.open(checkpoints, instance, options.baseUrl, options.sameAccount);
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
    return await new SyncRun(options, record, keeper).run();
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
  readonly #drift = new DriftCount();
  readonly #stop = new AbortController();

  constructor(options: SyncOptions, record: InstanceRecord, keeper: LeaseKeeper<SyncState>) {
    this.#options = options;
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
      return this.#summary(committer, status, null);
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
    const { shared, payments } = instance.source;
    const held = new HeldVersions(store, tableName(instance, payments), shared.created_at, settings.heldBytes);
    return new Committer(this.#options, this.#keeper, this.#keeper.stored.state, held, counters, this.#drift);
  }

  /** Goes on with what was left unfinished, or begins anew; either is saved, and the last row for `loads` put again. */
  async #begin(committer: Committer): Promise<void> {
    const { scope, clock, store, encoder, log, instance } = this.#options;
    const { state } = committer;
    const goesOn = state.phase === 'running';
    if (state.loadRow) await putLoadRowAgain(store, encoder, state.loadRow);
    const going = { ...state, rewrite: state.rewrite || scope.rewrite };
    const next = goesOn ? going : newSync(scope, clock.now(), state, this.#record.state.outOfOrder);
    await committer.save({ ...next, takesWithoutProgress: next.takesWithoutProgress + 1 });
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
    const list = openList(client, instance.source, scope.filters);
    const drift = this.#drift;
    for (;;) {
      try {
        const end = await readAndCommit(this.#options, this.#record, committer, list, drift);
        if (end === 'end') break;
        return end;
      } catch (error) {
        if (!(error instanceof AnotherAccount)) throw error;
        // The cursor belongs to another list: nothing of the unfinished sync is of use.
        log('warn', error.message, { instance: instance.name });
        await committer.save(newSync(scope, clock.now(), committer.state, false));
      }
    }
    await this.#close(committer, list);
    return 'done';
  }

  async #close(committer: Committer, list: List): Promise<void> {
    const { instance, scope, store, clock, log } = this.#options;
    const { state } = committer;
    const isFull = coversWholeList(scope) && state.boundary === null;
    let total: SyncState['total'] = null;
    if (isFull && instance.source.paging.total !== undefined) {
      total = await compareTotal(list, await readSeenIds(store, instance.name, state.syncId));
      if (total && total.api > total.seen) {
        log('warn', `the API counts ${total.api} payments, the list gave ${total.seen}`, { instance: instance.name });
      }
    }
    const now = clock.now();
    await this.#record.learn({
      account: state.account ?? this.#record.state.account,
      outOfOrder: state.place.outOfOrder || this.#record.state.outOfOrder,
      ...(total && { total: { ...total, at: now } }),
    });
    const movesWatermark = scope.mode === 'incremental' && coversWholeList(scope) && state.start !== null;
    // A list that told no account is taken for the one known before.
    const account = state.account ?? state.watermark?.account ?? null;
    const watermark = movesWatermark ? { at: state.start as number, account } : state.watermark;
    await committer.close({ ...state, phase: 'done', finishedAt: now, watermark, total });
  }

  async #fail(committer: Committer, error: Error, begun: number): Promise<SyncSummary> {
    const { signal, log, instance } = this.#options;
    let settled = await committer.settled().then(
      () => error,
      (failure: Error) => failure,
    );
    if (settled instanceof OutOfTime) {
      const stopped = await this.#handOver(committer).catch((failure: Error) => failure);
      if (!(stopped instanceof Error)) return stopped;
      settled = stopped;
    }
    if (settled instanceof TakenOver) return this.#summary(committer, 'taken over', settled);
    await this.#keeper.release().catch(() => {});
    if (signal?.aborted && settled === error && isInterruption(error, signal)) {
      return this.#summary(committer, 'interrupted', null);
    }
    const told = `${settled.message} (sync ${committer.state.syncId})`;
    log('error', told, { instance: instance.name });
    await committer.storeFailure(told, begun).catch((second: Error) => {
      log('warn', `the failed sync has no row in loads: ${second.message}`, { instance: instance.name });
    });
    const { name } = settled;
    return {
      ...this.#summary(committer, 'failed', settled),
      error: { name, message: told, lasting: isLasting(settled) },
    };
  }

  /** Out of time with nothing in hand: whoever comes with the token stands where we stood. */
  async #handOver(committer: Committer): Promise<SyncSummary> {
    const { instance, settings } = this.#options;
    if (committer.state.takesWithoutProgress >= mostTakesWithoutProgress) {
      throw new TerminalError(
        `${instance.name}: ${mostTakesWithoutProgress} invocations in a row ran out of time before a page was read; the same event tries again`,
      );
    }
    await committer.save(committer.state, committer.handOver(settings.leaseMs));
    return this.#summary(committer, 'stopped', null);
  }

  #summary(committer: Committer, status: SyncStatus, error: Error | null): SyncSummary {
    const { instance, scope, clock } = this.#options;
    const { state } = committer;
    const { state: met } = this.#keeper.stored;
    const resumed = met.phase === 'running' && met.syncId === state.syncId;
    const counts = committer.countsNow();
    return {
      ...storedSummary(instance, scope, { ...state, counts }, clock.now()),
      status,
      resumed,
      drift: this.#drift.list(),
      error: error && { name: error.name, message: error.message, lasting: isLasting(error) },
      token: committer.token,
      here: resumed ? countsSince(counts, met.counts) : counts,
    };
  }
}

const isLasting = (error: Error): boolean =>
  error instanceof TerminalError || error instanceof UsageError || error instanceof TakenOver;

const isInterruption = (error: Error, signal: AbortSignal): boolean =>
  error === signal.reason || error.name === 'AbortError' || error instanceof TransientError;
