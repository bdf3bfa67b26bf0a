/** Times and limits of a sync; tests give their own, so that none has to sleep. */
export interface SyncSettings {
  /** How long a lease lives without renewal, ms. */
  readonly leaseMs: number;
  readonly renewEveryMs: number;
  /** How long a starter waits for a lease that is alive, ms: Lambda's own retries come after 1 and 2 minutes. */
  readonly waitForLeaseMs: number;
  /** Time left below which a load is committed and the sync stops, ms. */
  readonly reserveMs: number;
  /** An invocation that begins with less than its reserve reads for so long all the same, ms. */
  readonly leastReadingMs: number;
  /** Rows of all tables after which a load is committed. */
  readonly loadRows: number;
  /** Characters of text after which a load is committed: bounds memory where payments are large. */
  readonly loadCharacters: number;
  /** Files, one per table and month, after which a load is committed. */
  readonly loadFiles: number;
  /** Age after which a load is committed, ms: bounds what a crash reads again. */
  readonly loadMs: number;
  readonly putsAtOnce: number;
  /** Memory for what the warehouse holds, bytes; months least recently used go first. */
  readonly heldBytes: number;
  /** Invocations a sync may have after its first one. */
  readonly mostContinuations: number;
  /** Requests one backfill may send, over all its invocations. */
  readonly mostRequestsPerBackfill: number;
  /** Requests a nightly's sweeps may send, all together; 0: none. */
  readonly sweepRequests: number;
  /** Payments still open beyond the lookback that a nightly may read again, and requests it may send for them; 0: none. */
  readonly recheckRequests: number;
}

export const defaultSettings: SyncSettings = {
  leaseMs: 60_000,
  renewEveryMs: 20_000,
  waitForLeaseMs: 90_000,
  reserveMs: 60_000,
  leastReadingMs: 10_000,
  loadRows: 30_000,
  loadCharacters: 32_000_000,
  loadFiles: 300,
  loadMs: 10 * 60_000,
  putsAtOnce: 8,
  heldBytes: 64 * 1024 * 1024,
  mostContinuations: Number.POSITIVE_INFINITY,
  mostRequestsPerBackfill: Number.POSITIVE_INFINITY,
  sweepRequests: 600,
  recheckRequests: 300,
};

/** The world outside, as a sync sees it; injected so that tests are the clock. */
export interface Clock {
  now(): number;
  /** @throws the signal's reason once it is aborted */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
