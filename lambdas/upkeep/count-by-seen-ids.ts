import type { FullReading, ReconcileOptions } from './reconcile-options.ts';
import { type Count, judge } from './reconciliation.ts';
import { countWarehouse, newerIds } from './warehouse-count.ts';

/**
 * Counts against the ids that the last full reading saw, for an API that tells no total. As of that reading's begin:
 * payments created since are left out on both sides, so neither the API nor the clock is asked.
 */
export async function countBySeenIds(
  { instance, openQuery }: ReconcileOptions,
  { start: asOf, account, seenIds }: FullReading,
): Promise<Count[]> {
  const seen = await seenIds();
  const query = await openQuery();
  try {
    const held = await countWarehouse(query, instance, { account, before: asOf, without: [] });
    let seenSince = 0;
    for await (const id of newerIds(query, instance, account, asOf)) if (seen.has(id)) seenSince += 1;
    const inApi = seen.size - seenSince;
    const inWarehouse = held.total;
    const duplicates = [...held.duplicates.values()].reduce((total, count) => total + count, 0);
    return [{ status: null, inApi, inWarehouse, duplicates, verdict: judge(inApi, inApi, inWarehouse, duplicates) }];
  } finally {
    query.close();
  }
}
