import { completedReadings } from '../lambdas/sync/completed-readings.ts';
import { repairsOf } from '../lambdas/sync/repairs.ts';
import type { SyncOptions } from '../lambdas/sync/sync-options.ts';
import { compileFlatten } from '../lambdas/transform/flatten.ts';
import { type ReconcileAsked, reconcileAndRepair } from '../lambdas/upkeep/reconcile-and-repair.ts';
import { type ReconciliationJson, reconciliationAsJson } from '../lambdas/upkeep/reconciliation-json.ts';
import { openLakeQuery } from '../local/lake-query.ts';

/**
 * Counts one instance of a lake against its API, in DuckDB.
 *
 * @param options as its syncs have them; the lake is this process's own
 */
export async function reconcileLake(
  dir: string,
  options: SyncOptions,
  asked: ReconcileAsked,
): Promise<ReconciliationJson> {
  const { instance, checkpoints, store, encoder, clock, scope } = options;
  const client = options.connect(options.signal, { ...scope, mode: 'recheck' });
  try {
    const outcome = await reconcileAndRepair(
      {
        instance,
        readings: completedReadings(instance.name, await checkpoints.readAll(instance.name), store),
        client,
        flatten: compileFlatten(instance.source, undefined, options.personalData),
        openQuery: () => openLakeQuery(dir, [instance]),
        checkpoints,
        store,
        encoder,
        now: clock.now,
        warn: (message) => options.log('warn', message, { instance: instance.name }),
      },
      asked,
      repairsOf(options),
    );
    return reconciliationAsJson(outcome);
  } finally {
    client.close();
  }
}
