import type { ObjectStore } from '../load/object-store.ts';
import { statesPrefix } from '../warehouse/keys.ts';
import { IdSet } from './id-set.ts';
import type { InstanceState, SyncState } from './sync-state.ts';

/** Status → ids, as one load saw them. */
type SeenIds = Readonly<Record<string, readonly string[]>>;

/** Below it lie the seen ids of all readings of an instance. */
export const statePrefix = (instance: string): string => `${statesPrefix}${instance}/`;

/** Where a full reading leaves the ids it saw: deletions and distinct counts are reckoned from them. */
export const seenIdsPrefix = (instance: string, syncId: string): string => `${statePrefix(instance)}${syncId}/`;

/** Stores the ids one load saw, as a JSON object: status → ids, each once, sorted. */
export async function storeSeenIds(
  store: ObjectStore,
  instance: string,
  syncId: string,
  loadId: string,
  ids: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const byStatus = [...ids].sort(([one], [other]) => (one < other ? -1 : 1));
  const text = JSON.stringify(
    Object.fromEntries(byStatus.map(([status, some]) => [status, [...new Set(some)].sort()])),
  );
  await store.putNew(`${seenIdsPrefix(instance, syncId)}${loadId}.json`, new TextEncoder().encode(text));
}

/** All different ids a full reading saw, over all its invocations. */
export async function readSeenIds(store: ObjectStore, instance: string, syncId: string): Promise<IdSet> {
  const seen = new IdSet();
  for await (const ids of seenFiles(store, instance, syncId)) for (const id of Object.values(ids).flat()) seen.add(id);
  return seen;
}

/** Status → how many different payments a full reading saw in it; one that changed its status counts in its last one. */
export async function countSeenByStatus(
  store: ObjectStore,
  instance: string,
  syncId: string,
): Promise<Map<string, number>> {
  const met = new IdSet();
  const counts = new Map<string, number>();
  for await (const byStatus of seenFiles(store, instance, syncId)) {
    for (const [status, ids] of Object.entries(byStatus)) {
      for (const id of ids) {
        if (met.has(id)) continue;
        met.add(id);
        counts.set(status, (counts.get(status) ?? 0) + 1);
      }
    }
  }
  return counts;
}

/** Newest load first, one in memory at a time. */
async function* seenFiles(store: ObjectStore, instance: string, syncId: string): AsyncGenerator<SeenIds> {
  const files = await store.list(seenIdsPrefix(instance, syncId));
  for (const { key, size } of files.toReversed()) {
    const ids = JSON.parse(new TextDecoder().decode(await store.read(key, 0, size))) as SeenIds | readonly string[];
    // Until November 2026 the ids stood there without their status.
    yield Array.isArray(ids) ? { '': ids as readonly string[] } : (ids as SeenIds);
  }
}

/**
 * Of files of seen ids those that nothing needs any more.
 *
 * @param keys below `state/`, listed before the items were read: a reading begun since is then not among them
 * @param needed sync ids, as `neededReadings` gives them
 */
export const staleSeenIds = (keys: readonly string[], instance: string, needed: ReadonlySet<string>): string[] =>
  keys.filter((key) => {
    const prefix = statePrefix(instance);
    const [syncId = ''] = key.startsWith(prefix) ? key.slice(prefix.length).split('/') : [];
    return syncId !== '' && !needed.has(syncId);
  });

/** Sync ids of the readings whose seen ids are still asked for: the last two that were closed, and those under way. */
export const neededReadings = (about: InstanceState | null, syncs: readonly SyncState[]): Set<string> =>
  new Set([
    ...[about?.reading, about?.readingBefore].flatMap((reading) => (reading ? [reading.syncId] : [])),
    ...syncs.filter(({ phase }) => phase === 'running').map(({ syncId }) => syncId),
  ]);
