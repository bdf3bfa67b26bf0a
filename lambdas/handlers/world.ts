import type { SqlQuery } from '../athena/sql-query.ts';
import type { ApiKey } from '../extract/api-key.ts';
import type { RequestBudget } from '../extract/pace.ts';
import type { CheckpointTable } from '../load/checkpoint-table.ts';
import type { ObjectStore } from '../load/object-store.ts';
import type { ParquetEncoder } from '../load/parquet.ts';
import type { Clock } from '../sync/settings.ts';
import type { Log } from '../sync/sync-options.ts';
import type { PersonalData } from '../transform/personal-data.ts';
import type { FunctionSettings, metrics } from '../warehouse/function-settings.ts';

export type MetricName = (typeof metrics)[keyof typeof metrics];

/** What an invocation needs of the world: in the cloud AWS's clients, in a test the laptop's. */
export interface World {
  readonly settings: FunctionSettings;
  readonly checkpoints: CheckpointTable;
  readonly store: ObjectStore;
  encoder(): Promise<ParquetEncoder>;
  /** Read anew by each invocation, so that a new key counts at once. */
  apiKey(): Promise<ApiKey>;
  /** What is done with personal columns. */
  personalData(): Promise<PersonalData>;
  /** Shared with all other invocations of the instance. */
  budget(options: { readonly spacingMs: number; readonly goesFirst: boolean }): RequestBudget;
  /** SQL over the current views. */
  openQuery(): Promise<SqlQuery>;
  /** Returns when the event is queued, not when it was worked on. */
  invokeSelf(event: object): Promise<void>;
  /** Milliseconds until this invocation is ended. */
  remainingMs(): number;
  /** Of this function, MB. */
  readonly memoryMb: number;
  readonly clock: Clock;
  readonly log: Log;
  metric(name: MetricName, value: number): void;
}
