import type { SqlQuery } from '../athena/sql-query.ts';
import type { HttpClient } from '../extract/http-client.ts';
import type { CheckpointTable } from '../load/checkpoint-table.ts';
import type { ObjectStore } from '../load/object-store.ts';
import type { ParquetEncoder } from '../load/parquet.ts';
import type { Flatten } from '../transform/flatten.ts';
import type { Instance } from '../warehouse/instance.ts';

/** A completed reading of an instance, that the warehouse can be held to. */
export interface CompletedReading {
  /** null: not known, since a later one is under way. */
  readonly syncId: string | null;
  /** By the API's clock less an hour, ms: what was created and changed before must be in the warehouse. */
  readonly start: number;
  /** Whose list it read; null where the API does not tell. */
  readonly account: string | null;
}

/** A reading of the whole list, with the ids it saw. */
export interface FullReading extends CompletedReading {
  /** The different ids, over all its loads. */
  seenIds(): Promise<{ readonly size: number; has(id: string): boolean }>;
}

/** What the checkpoints tell of an instance's completed readings; null: there is none. */
export interface Readings {
  /** In which order they saw the list; null: in none but the declared. */
  readonly seenOrder: 'newest first' | 'other' | null;
  /** Of those that cover the list the one begun last, whether it read the whole or from its lookback on. */
  readonly newest: CompletedReading | null;
  /** The last reading of the whole list. */
  readonly full: FullReading | null;
}

/** Everything a reconciliation needs of the world; handlers and cli make it. */
export interface ReconcileOptions {
  readonly instance: Instance;
  readonly readings: Readings;
  readonly client: HttpClient;
  /** The same as the syncs': `_hash` is compared. */
  readonly flatten: Flatten;
  /** Opened anew for each counting, since on a laptop it sees the files there were when it was opened. */
  readonly openQuery: () => Promise<SqlQuery>;
  readonly checkpoints: CheckpointTable;
  readonly store: ObjectStore;
  readonly encoder: ParquetEncoder;
  /** Our clock, ms. */
  readonly now: () => number;
  /** Of what does not stop the counting; holds no payload and no key. */
  readonly warn: (message: string) => void;
}

/** The reading that the warehouse is held to: without a total, the one whose ids were kept. null: there is none yet. */
export const readingToCountWith = ({
  instance,
  readings,
}: Pick<ReconcileOptions, 'instance' | 'readings'>): CompletedReading | null =>
  instance.source.paging.total === undefined ? readings.full : readings.newest;
