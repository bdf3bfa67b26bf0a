import type { CheckpointTable } from '../load/checkpoint-table.ts';
import type { ObjectStore } from '../load/object-store.ts';
import { neededReadings, staleSeenIds, statePrefix } from './seen-ids.ts';
import { instanceItem, syncItemPrefix } from './sync-names.ts';
import type { InstanceState, SyncState } from './sync-state.ts';

/**
 * Deletes the ids that readings saw which nothing is reckoned from any more. Also beside running syncs.
 *
 * @returns how many files were deleted
 */
export async function deleteStaleSeenIds(
  store: ObjectStore,
  checkpoints: CheckpointTable,
  instance: string,
): Promise<number> {
  // Listed before the items are read: a reading begun in between has no file on the list.
  const keys = (await store.list(statePrefix(instance))).map(({ key }) => key);
  if (keys.length === 0) return 0;
  // Twice, since one look is not one moment: of a reading that closes meanwhile it may find the instance's item as it
  // was before, and the sync's as it is after. A close writes the instance's first, so the second look finds it there.
  const needed = new Set([
    ...(await readingsNeeded(checkpoints, instance)),
    ...(await readingsNeeded(checkpoints, instance)),
  ]);
  const stale = staleSeenIds(keys, instance, needed);
  await store.delete(stale);
  return stale.length;
}

async function readingsNeeded(checkpoints: CheckpointTable, instance: string): Promise<Set<string>> {
  const items = await checkpoints.readAll(instance);
  const about = items.find(({ item }) => item === instanceItem)?.state as InstanceState | undefined;
  const syncs = items.filter(({ item }) => item.startsWith(syncItemPrefix)).map(({ state }) => state as SyncState);
  return neededReadings(about ?? null, syncs);
}
