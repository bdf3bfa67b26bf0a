import type { CheckpointTable } from '../load/checkpoint-table.ts';
import type { ObjectStore } from '../load/object-store.ts';
import { neededReadings, staleSeenIds, statePrefix } from './seen-ids.ts';
import { instanceItem, syncItemPrefix } from './sync-names.ts';
import type { InstanceState, SyncState } from './sync-state.ts';

/**
 * Deletes the ids that readings saw which nothing is reckoned from any more. Beside a running sync only where it can't
 * begin a reading meanwhile: in a lake that this process has to itself.
 *
 * @returns how many files were deleted
 */
export async function deleteStaleSeenIds(
  store: ObjectStore,
  checkpoints: CheckpointTable,
  instance: string,
): Promise<number> {
  // Listed before the items are read: a reading begun in between is in none of them.
  const listed = await store.list(statePrefix(instance));
  if (listed.length === 0) return 0;
  const items = await checkpoints.readAll(instance);
  const about = items.find(({ item }) => item === instanceItem)?.state as InstanceState | undefined;
  const syncs = items.filter(({ item }) => item.startsWith(syncItemPrefix)).map(({ state }) => state as SyncState);
  const stale = staleSeenIds(
    listed.map(({ key }) => key),
    instance,
    neededReadings(about ?? null, syncs),
  );
  await store.delete(stale);
  return stale.length;
}
