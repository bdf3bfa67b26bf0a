import { v7 as uuidv7 } from 'uuid';
import { TerminalError } from '../errors.ts';
import { countBySeenIds } from './count-by-seen-ids.ts';
import { countByTotal } from './count-by-total.ts';
import { noteReconciliation } from './last-reconciliation.ts';
import { type ReconcileOptions, readingToCountWith } from './reconcile-options.ts';
import { differenceOf, type Reconciliation, verdictOf } from './reconciliation.ts';
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
  const reading = readingToCountWith(options);
  if (!reading) {
    throw new TerminalError(
      `${instance.name}: there is nothing to count against, since no reading of the whole list was completed; run payments-lake sync ${instance.name} first`,
    );
  }
  const { counts, leftOut } = hasTotal
    ? await countByTotal(options, reading)
    : {
        counts: await countBySeenIds(options, readings.full as NonNullable<typeof readings.full>),
        leftOut: new Set<string>(),
      };
  const countedAt = now();
  const duplicates = counts[0]?.duplicates ?? 0;
  const reconciliation: Reconciliation = {
    id: uuidv7({ msecs: countedAt }),
    instance: instance.name,
    source: instance.source.name,
    asOf: reading.start,
    countedAt,
    syncId: reading.syncId,
    leftOut,
    counts,
    verdict: verdictOf(counts),
    difference: differenceOf(counts, duplicates),
    duplicates,
  };
  await putReconciliation(options, reconciliation);
  await noteReconciliation(options.checkpoints, reconciliation);
  return reconciliation;
}
