import { randomUUID } from 'node:crypto';
import type { HttpCounters } from '../extract/http-client.ts';
import type { Lease } from '../load/checkpoint-table.ts';
import { putDrift } from './drift-rows.ts';
import { DriftTally } from './drift-tally.ts';
import type { HeldVersions } from './held-versions.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { LoadInHand } from './load-in-hand.ts';
import { type LoadRow, putLoadRow } from './load-row.ts';
import { type SealedLoad, sealLoad } from './seal-load.ts';
import { storeSeenIds } from './seen-ids.ts';
import { storeLoad } from './store-load.ts';
import { loadId } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import { type Counts, noCounts, type SyncState } from './sync-state.ts';

/** Counted by this process as it goes, load or no load. */
type Traffic = Pick<Counts, 'requests' | 'retries' | 'throttled' | 'throttledMs'>;

const noTraffic: Traffic = { requests: 0, retries: 0, throttled: 0, throttledMs: 0 };

/**
 * Commits loads one after the other: files, then one conditional move of the checkpoint, then the row for `loads`.
 * While one load is encoded and put, the pages of the next are read: at most two loads are in memory.
 */
export class Committer {
  state: SyncState;
  #version: number;
  readonly #options: SyncOptions;
  readonly #keeper: LeaseKeeper<SyncState>;
  readonly held: HeldVersions;
  readonly #counters: Readonly<HttpCounters>;
  /** Of the loads this process has committed. */
  readonly drift = new DriftTally();
  /** What of this process's traffic the saved counts hold already. */
  #counted: Traffic = noTraffic;
  #underWay: Promise<void> = Promise.resolve();
  #failed = false;
  slowestPutMs = 0;
  /** To whom the lease was handed with the last commit; null while it was not. */
  token: string | null = null;

  constructor(
    options: SyncOptions,
    keeper: LeaseKeeper<SyncState>,
    state: SyncState,
    held: HeldVersions,
    counters: Readonly<HttpCounters>,
  ) {
    this.#options = options;
    this.#keeper = keeper;
    // Saved by an earlier version it may lack a count: NaN would stay for good.
    this.state = { ...state, counts: { ...noCounts, ...state.counts } };
    this.#version = keeper.stored.version;
    this.held = held;
    this.#counters = counters;
  }

  /** Whether a commit has failed: nothing more need be read; `settled` throws it. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Loads committed so far, plus one: the number of the next. */
  get #nextLoad(): number {
    return this.state.counts.loads + 1;
  }

  #loadIdOf(load: number, tries: number): string {
    return loadId(this.state.syncId, load, this.#keeper.stored.version, tries);
  }

  /** Saves a state that belongs to no load: the sync's begin and its end. */
  async save(state: SyncState, lease?: Lease | null): Promise<void> {
    this.#version = await this.#options.checkpoints.move(this.#keeper.stored, this.#version, state, lease);
    this.state = state;
  }

  /** Saves the sync's end, with the requests that belong to no load, and gives the lease up. */
  async close(state: SyncState): Promise<void> {
    const traffic = this.#traffic();
    await this.save({ ...state, counts: this.#withTraffic(state.counts, traffic) }, null);
    this.#counted = traffic;
  }

  /** A lease for whoever comes next with its token; give it to the last commit. */
  handOver(leaseMs: number): Lease {
    this.token = `token-${randomUUID()}`;
    return { owner: this.token, until: this.#options.clock.now() + leaseMs };
  }

  /** Waits for the commit under way. @throws what made it fail */
  settled(): Promise<void> {
    return this.#underWay;
  }

  /** Waits for the commit under way. @returns what made it fail; null: it did not */
  failure(): Promise<Error | null> {
    return this.#underWay.then(
      () => null,
      (failure: Error) => failure,
    );
  }

  /**
   * Seals a load and begins to commit it; resolves when its rows count as held, not when it is committed.
   *
   * @param seen whether its ids are to be stored
   * @param lease as `CheckpointTable.move` takes it
   */
  async commit(load: LoadInHand, seen: boolean, lease?: Lease | null): Promise<void> {
    await this.#underWay;
    const id = this.#loadIdOf(this.#nextLoad, 0);
    const sealed = await sealLoad(this.#options.instance, load, id, this.held, this.state.rewrite);
    this.#underWay = this.#store(load, sealed, seen, lease);
    this.#underWay.catch(() => {
      this.#failed = true;
    });
  }

  async #store(load: LoadInHand, sealed: SealedLoad, seen: boolean, lease?: Lease | null): Promise<void> {
    const { instance, store, encoder, settings, clock } = this.#options;
    const metadata = {
      source: instance.source.name,
      instance: instance.name,
      sync_id: this.state.syncId,
      load_id: sealed.loadId,
    };
    const stored = await storeLoad(sealed, metadata, { store, encoder, putsAtOnce: settings.putsAtOnce }, clock.now);
    if (seen) await storeSeenIds(store, instance.name, this.state.syncId, sealed.loadId, load.seenIds);
    await putDrift(store, encoder, load.drift.list(), metadata);
    this.slowestPutMs = Math.max(this.slowestPutMs, stored.slowestPutMs);
    const traffic = this.#traffic();
    const counts = this.#count(load, sealed, stored.bytes, traffic);
    const row = this.#row('load', sealed.loadId, counts, load.openedAt, null);
    const place = load.place ?? this.state.place;
    await this.save({ ...this.state, place, counts, loadRow: row, takesWithoutProgress: 0 }, lease);
    this.#counted = traffic;
    this.drift.add(load.drift);
    await putLoadRow(store, encoder, row);
    this.#options.log('info', 'load committed', {
      instance: instance.name,
      load: sealed.loadId,
      written: sealed.written,
    });
  }

  /** The row of a sync that ended with an error, under a name of its own: its load may be committed all the same. */
  async storeFailure(error: string, openedAt: number): Promise<void> {
    const { store, encoder } = this.#options;
    const counts = this.#withTraffic(this.state.counts);
    await putLoadRow(store, encoder, this.#row('failed', this.#loadIdOf(this.#nextLoad, 1), counts, openedAt, error));
  }

  /** Counts with all requests sent so far, also those of no load yet. */
  countsNow(): Counts {
    return this.#withTraffic(this.state.counts);
  }

  #count(load: LoadInHand, sealed: SealedLoad, bytes: number, traffic: Traffic): Counts {
    const before = this.#withTraffic(this.state.counts, traffic);
    const rows = { ...before.rows };
    const { unknownFields, misfits, unknownValues } = load.drift.counts;
    for (const [table, count] of Object.entries(sealed.rows)) rows[table] = (rows[table] ?? 0) + count;
    return {
      ...before,
      pages: before.pages + load.counts.pages,
      records: before.records + load.counts.records,
      written: before.written + sealed.written,
      unchanged: before.unchanged + load.counts.unchanged + sealed.unchanged,
      outside: before.outside + load.counts.outside,
      loads: before.loads + 1,
      rows,
      bytes: before.bytes + bytes,
      unknownFields: before.unknownFields + unknownFields,
      misfits: before.misfits + misfits,
      unknownValues: (before.unknownValues ?? 0) + unknownValues,
    };
  }

  #traffic(): Traffic {
    const { requests, retries, throttled, throttledMs } = this.#counters;
    return { requests, retries, throttled, throttledMs };
  }

  #withTraffic(counts: Counts, now: Traffic = this.#traffic()): Counts {
    const counted = this.#counted;
    return {
      ...counts,
      requests: counts.requests + now.requests - counted.requests,
      retries: counts.retries + now.retries - counted.retries,
      throttled: counts.throttled + now.throttled - counted.throttled,
      throttledMs: counts.throttledMs + now.throttledMs - counted.throttledMs,
    };
  }

  /** This load's own part: counts of the sync now, less those before. */
  #row(kind: 'load' | 'failed', id: string, counts: Counts, openedAt: number, error: string | null): LoadRow {
    const { instance, clock } = this.#options;
    const before = this.state.counts;
    const rows: Record<string, number> = {};
    for (const [table, count] of Object.entries(counts.rows)) {
      const fresh = count - (before.rows[table] ?? 0);
      if (fresh > 0) rows[table] = fresh;
    }
    return {
      source: instance.source.name,
      instance: instance.name,
      sync_id: this.state.syncId,
      load_id: id,
      kind,
      mode: this.state.mode,
      pages: counts.pages - before.pages,
      records: counts.records - before.records,
      written: counts.written - before.written,
      unchanged: counts.unchanged - before.unchanged,
      rows_per_table: JSON.stringify(rows),
      bytes: counts.bytes - before.bytes,
      requests: counts.requests - before.requests,
      retries: counts.retries - before.retries,
      throttled_ms: counts.throttledMs - before.throttledMs,
      started_at: openedAt,
      finished_at: clock.now(),
      error,
    };
  }
}
