import { TransientError } from '../errors.ts';
import { type PointedPayment, runRecheck } from './recheck.ts';
import { runSupersede } from './run-supersede.ts';
import { runSync } from './run-sync.ts';
import { isStale, type SyncSummary } from './summary.ts';
import type { Scope } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';

/**
 * What mends a difference between warehouse and API that a reconciliation found: each a sync of its own.
 *
 * @throws what the sync failed with; what it committed stays, and the next repair finds what is left
 */
export const repairsOf = (options: SyncOptions) => ({
  /** @returns the ids of those that the API could not be asked for singly, refused or did not find */
  recheck: async (payments: readonly PointedPayment[]): Promise<ReadonlySet<string>> => {
    const unread = new Set<string>();
    const onUnread = ({ id }: PointedPayment) => void unread.add(id);
    refuseUnfinished(options, await runRecheck(options, payments, { onUnread }));
    return unread;
  },
  readList: (status: string | null): Promise<void> => readList(options, status),
  supersede: async (ids: readonly string[]): Promise<void> =>
    refuseUnfinished(options, await runSupersede(options, ids)),
});

/** A backfill of the one list, that goes on where an unfinished one stopped. @param status null: the whole list */
async function readList(options: SyncOptions, status: string | null): Promise<void> {
  const { continuation: _, mostRequests: __, ...anew } = options;
  const { statusFilter } = options.instance.source.list;
  const filters = status === null || statusFilter === undefined ? {} : { [statusFilter]: status };
  const scope: Scope = { mode: 'backfill', from: null, to: null, filters, rewrite: false };
  const next = `payments-lake sync ${options.instance.name} --backfill${status === null ? '' : ` --filter ${statusFilter}=${status}`} goes on with it, given the same --lake or --stack`;
  const read = async (): Promise<SyncSummary> => {
    const summary = await runSync({ ...anew, scope });
    refuseUnfinished(options, summary, next);
    return summary;
  };
  // One begun long ago may have passed the payments that are wanted before they changed.
  if (isStale(await read())) await read();
}

function refuseUnfinished(
  { instance, signal }: SyncOptions,
  { status, error }: SyncSummary,
  next = 'run reconcile --repair again',
): void {
  if (status === 'done') return;
  signal?.throwIfAborted();
  const why = error?.message ?? `the repair was ${status}`;
  throw new TransientError(`${instance.name}: ${why}; what was mended stays, ${next}`);
}
