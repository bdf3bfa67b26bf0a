import { v7 as uuidv7 } from 'uuid';
import { TerminalError } from '../errors.ts';
import { countBySeenIds } from './count-by-seen-ids.ts';
import { countByTotal } from './count-by-total.ts';
import { noteReconciliation } from './last-reconciliation.ts';
import type { ReconcileOptions } from './reconcile-options.ts';
import { type Count, differenceOf, type Reconciliation, verdictOf } from './reconciliation.ts';
import { putReconciliation } from './reconciliation-rows.ts';

/**
 * Counts the warehouse against the API and puts the result into `reconciliations`, and word of it beside the
 * checkpoints. Where the API tells a `total`, whole and per status; else by the ids of the last full reading, as of that
 * reading.
 *
 * @throws {TerminalError} when no reading was completed that the warehouse could be held to, or the key is another account's
 * @throws {TransientError} when the API or the warehouse can't be asked now
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const { instance, readings, now } = options;
  const hasTotal = instance.source.paging.total !== undefined;
  const reading = hasTotal ? readings.nightly : readings.full;
  if (!reading) {
    throw new TerminalError(
      `${instance.name}: there is nothing to count against, since no ${hasTotal ? 'nightly' : 'full reading'} was completed; run payments-lake sync ${instance.name} first`,
    );
  }
  const counts: readonly Count[] = hasTotal
    ? await countByTotal(options, reading)
    : await countBySeenIds(options, readings.full as NonNullable<typeof readings.full>);
  const countedAt = now();
  const duplicates = counts[0]?.duplicates ?? 0;
  const reconciliation: Reconciliation = {
    id: uuidv7({ msecs: countedAt }),
    instance: instance.name,
    source: instance.source.name,
    asOf: reading.start,
    countedAt,
    syncId: reading.syncId,
    counts,
    verdict: verdictOf(counts),
    difference: differenceOf(counts, duplicates),
    duplicates,
  };
  await putReconciliation(options, reconciliation);
  await noteReconciliation(options.checkpoints, reconciliation);
  return reconciliation;
}
