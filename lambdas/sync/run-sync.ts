import { TakenOver, TransientError } from '../errors.ts';
import { openList } from '../extract/pages.ts';
import { tableName } from '../warehouse/instance.ts';
import { newSync } from './begin-sync.ts';
import { Committer } from './committer.ts';
import { HeldVersions } from './held-versions.ts';
import { InstanceRecord } from './instance-record.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { putLoadRow } from './load-row.ts';
import { AnotherAccount, readAndCommit } from './read-and-commit.ts';
import { compareTotal, readSeenIds } from './seen-ids.ts';
import { DriftCount, type SyncStatus, type SyncSummary } from './summary.ts';
import { coversWholeList, syncItem } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import type { SyncState } from './sync-state.ts';

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
  const keeper = await LeaseKeeper.take(checkpoints, key, initial, options);
  try {
    return await new SyncRun(options, record, keeper).run();
  } finally {
    keeper.stop();
  }
}

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
    const client = this.#options.connect(this.#stop.signal);
    const committer = this.#committer(client.counters);
    const begun = clock.now();
    try {
      await this.#begin(committer);
      const status = await this.#readOn(committer, client);
      return this.#summary(committer, status, null);
    } catch (error) {
      return await this.#fail(committer, error as Error, begun);
    } finally {
      signal?.removeEventListener('abort', interrupt);
      this.#stop.abort();
      client.close();
    }
  }

  #committer(counters: ConstructorParameters<typeof Committer>[4]): Committer {
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
    if (state.loadRow) await putLoadRow(store, encoder, state.loadRow);
    const next = goesOn ? state : newSync(scope, clock.now(), state, this.#record.state.outOfOrder);
    await committer.save({ ...next, takesWithoutProgress: next.takesWithoutProgress + 1 });
    log('info', goesOn ? 'sync goes on' : 'sync begins', {
      instance: instance.name,
      sync: next.syncId,
      mode: next.mode,
    });
  }

  async #readOn(committer: Committer, client: Parameters<typeof openList>[0]): Promise<SyncStatus> {
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

  async #close(committer: Committer, list: ReturnType<typeof openList>): Promise<void> {
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
    const watermark = movesWatermark ? { at: state.start as number, account: state.account } : state.watermark;
    const counts = committer.countsNow();
    await committer.save({ ...state, counts, phase: 'done', finishedAt: now, watermark, total }, null);
  }

  async #fail(committer: Committer, error: Error, begun: number): Promise<SyncSummary> {
    const { signal, log, instance } = this.#options;
    const settled = await committer.settled().then(
      () => error,
      (failure: Error) => failure,
    );
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
    return this.#summary(committer, 'failed', { name: settled.name, message: told });
  }

  #summary(committer: Committer, status: SyncStatus, error: SyncSummary['error']): SyncSummary {
    const { instance, clock } = this.#options;
    const { state } = committer;
    return {
      instance: instance.name,
      source: instance.source.name,
      mode: state.mode,
      syncId: state.syncId,
      status,
      startedAt: state.startedAt,
      finishedAt: state.finishedAt ?? clock.now(),
      resumed: this.#keeper.stored.state.phase === 'running' && this.#keeper.stored.state.syncId === state.syncId,
      fullReading: state.boundary === null && state.from === null && state.filterNames.length === 0,
      total: state.total,
      outOfOrder: state.place.outOfOrder,
      drift: this.#drift.list(),
      error: error && { name: error.name, message: error.message },
      token: committer.token,
      ...committer.countsNow(),
    };
  }
}

const isInterruption = (error: Error, signal: AbortSignal): boolean =>
  error === signal.reason || error.name === 'AbortError' || error instanceof TransientError;
