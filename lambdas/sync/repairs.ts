import { TransientError } from '../errors.ts';
import { type PointedPayment, runRecheck } from './recheck.ts';
import { runSupersede } from './run-supersede.ts';
import type { SyncSummary } from './summary.ts';
import type { SyncOptions } from './sync-options.ts';

/**
 * What mends a difference between warehouse and API that a reconciliation found: each a sync of its own.
 *
 * @throws what the sync failed with; what it committed stays, and the next repair finds what is left
 */
export const repairsOf = (options: SyncOptions) => ({
  recheck: async (payments: readonly PointedPayment[]): Promise<void> =>
    refuseUnfinished(options, await runRecheck(options, payments)),
  supersede: async (ids: readonly string[]): Promise<void> =>
    refuseUnfinished(options, await runSupersede(options, ids)),
});

function refuseUnfinished({ instance, signal }: SyncOptions, { status, error }: SyncSummary): void {
  if (status === 'done') return;
  signal?.throwIfAborted();
  const why = error?.message ?? `the repair was ${status}`;
  throw new TransientError(`${instance.name}: ${why}; what was mended stays, run reconcile --repair again`);
}
