import type { HttpClient } from '../extract/http-client.ts';
import type { CheckpointTable } from '../load/checkpoint-table.ts';
import type { ObjectStore } from '../load/object-store.ts';
import type { ParquetEncoder } from '../load/parquet.ts';
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
  readonly connect: (signal: AbortSignal, scope: Scope) => HttpClient;
  readonly checkpoints: CheckpointTable;
  readonly store: ObjectStore;
  readonly encoder: ParquetEncoder;
  readonly leasing: Leasing;
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
  /** How many days before the watermark are read again. Default: the source's. */
  readonly lookbackDays?: number;
}
