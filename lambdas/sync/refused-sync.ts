import { isLasting } from '../errors.ts';
import type { ParquetEncoder } from '../load/parquet.ts';
import type { Instance } from '../warehouse/instance.ts';
import { newSync } from './begin-sync.ts';
import { noteFailure } from './last-failure.ts';
import { putLoadRow } from './load-row.ts';
import { type SyncSummary, storedSummary } from './summary.ts';
import { loadId, newSyncId, type Scope } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';

/** What is known of a sync that failed before it was begun, or gone on with. */
export type RefusedSync = Pick<SyncOptions, 'instance' | 'scope' | 'checkpoints' | 'store' | 'clock' | 'log'> & {
  /** A function: it may fail to load, which then costs the row only. */
  readonly encoder: ParquetEncoder | (() => Promise<ParquetEncoder>);
  /** Of the one that was to go on; left out: it has none. */
  readonly syncId?: string;
  /** By our clock, ms. */
  readonly begunAt: number;
};

/** The summary of a sync that failed before it was begun: its sync id is ''. */
export function refusedSummary(instance: Instance, scope: Scope, now: number, reason: Error): SyncSummary {
  const { name, message } = reason;
  const state = { ...newSync(scope, now, null, false), syncId: '' };
  const error = { name, message, lasting: isLasting(reason) };
  return { ...storedSummary(instance, scope, state, now), resumed: false, status: 'failed', error };
}

/**
 * Leaves word of a sync that failed before it did anything, beside its checkpoint, and puts its row: there is nothing
 * to count. Does not throw: what it would say is said by the failure.
 */
export async function putRefusal(refused: RefusedSync, error: Error): Promise<void> {
  const { instance, store, encoder, clock, log, scope, syncId, begunAt } = refused;
  const { message } = error;
  await noteFailure(refused, { message, lasting: isLasting(error), syncId: syncId ?? null });
  const now = clock.now();
  const row = {
    source: instance.source.name,
    instance: instance.name,
    sync_id: syncId ?? null,
    load_id: loadId(newSyncId(now), 0, 0, 0),
    kind: 'failed',
    mode: scope.mode,
    ...nothing,
    rows_per_table: '{}',
    started_at: begunAt,
    finished_at: now,
    error: message,
  };
  try {
    await putLoadRow(store, typeof encoder === 'function' ? await encoder() : encoder, row);
  } catch (second) {
    log('warn', `the failed sync has no row in loads: ${(second as Error).message}`, { instance: instance.name });
  }
}

const nothing = {
  pages: 0,
  records: 0,
  written: 0,
  unchanged: 0,
  bytes: 0,
  requests: 0,
  retries: 0,
  throttled_ms: 0,
};
