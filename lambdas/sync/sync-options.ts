import type { HttpClient } from '../extract/http-client.ts';
import type { CheckpointTable } from '../load/checkpoint-table.ts';
import type { ObjectStore } from '../load/object-store.ts';
import type { ParquetEncoder } from '../load/parquet.ts';
import type { PersonalData } from '../transform/personal-data.ts';
import type { Instance } from '../warehouse/instance.ts';
import type { Continuation } from './continuation.ts';
import type { Leasing } from './lease-keeper.ts';
import type { Clock, SyncSettings } from './settings.ts';
import type { Scope } from './sync-names.ts';

export type LogLevel = 'info' | 'warn' | 'error';

/** Facts hold no credential, no payload and no filter's value. */
export type Log = (level: LogLevel, message: string, facts?: Readonly<Record<string, unknown>>) => void;

/** How far a sync is, after each page. */
export interface Progress {
  readonly instance: string;
  readonly pages: number;
  readonly records: number;
  readonly written: number;
  /** 0 to 1; null when nobody can tell. */
  readonly share: number | null;
}

/** Everything a sync needs of the world; handlers and cli make it. */
export interface SyncOptions {
  readonly instance: Instance;
  readonly scope: Scope;
  /** As `parseBaseUrl` gives it. */
  readonly baseUrl: string;
  /** Accept another base URL than the one the warehouse was filled from. */
  readonly sameAccount: boolean;
  /** A client for the instance's API, ended by the signal; who shares a budget may look at the scope. */
  readonly connect: (signal: AbortSignal | undefined, scope: Scope) => HttpClient;
  readonly checkpoints: CheckpointTable;
  readonly store: ObjectStore;
  readonly encoder: ParquetEncoder;
  readonly leasing: Leasing;
  /** What is done with personal columns. Default: they are kept; a warehouse that does not keep them refuses that. */
  readonly personalData?: PersonalData;
  readonly settings: SyncSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly onProgress?: (progress: Progress) => void;
  /** Ctrl-C: the load being committed is finished, the one in hand dropped. */
  readonly signal?: AbortSignal;
  /** Milliseconds this process has left; default: for ever. */
  readonly remainingMs?: () => number;
  /** Goes on with the sync that an invocation before left, and with no other. */
  readonly continuation?: Continuation | undefined;
  /** Marks payments as deleted also when they are suspiciously many. */
  readonly confirmDeletions?: boolean;
  /** How many days before the watermark are read again. Default: the source's. */
  readonly lookbackDays?: number;
  /** How old the last full reading may be before a nightly reads everything. Default: the source's. */
  readonly fullReadingDays?: number;
  /** Requests this process may send for the sync; used up, it keeps its place. A check or a retry may send a few more. */
  readonly mostRequests?: number;
}
