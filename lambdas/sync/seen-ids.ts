import { CursorRefused, type List, type Page } from '../extract/pages.ts';
import type { ObjectStore } from '../load/object-store.ts';
import { IdSet } from './id-set.ts';

/** Where a full reading leaves the ids it saw: deletions and distinct counts are reckoned from them. */
export const seenIdsPrefix = (instance: string, syncId: string): string => `state/${instance}/${syncId}/`;

/** Stores the ids one load saw, sorted, as a JSON array. */
export async function storeSeenIds(
  store: ObjectStore,
  instance: string,
  syncId: string,
  loadId: string,
  ids: readonly string[],
): Promise<void> {
  const text = JSON.stringify([...new Set(ids)].sort());
  await store.putNew(`${seenIdsPrefix(instance, syncId)}${loadId}.json`, new TextEncoder().encode(text));
}

/** All different ids a full reading saw, over all its invocations. */
export async function readSeenIds(store: ObjectStore, instance: string, syncId: string): Promise<IdSet> {
  const seen = new IdSet();
  for (const { key, size } of await store.list(seenIdsPrefix(instance, syncId))) {
    const text = new TextDecoder().decode(await store.read(key, 0, size));
    for (const id of JSON.parse(text) as string[]) seen.add(id);
  }
  return seen;
}

/** Head pages read at most to find what came during a reading. */
const headPages = 10;

/**
 * Compares the API's total with what a full reading saw: its own different ids, and those that came on top since (the
 * head of the list is read once more, and its total is the one compared).
 *
 * @returns null when the API told no total
 */
export async function compareTotal(list: List, seen: IdSet): Promise<{ api: number; seen: number } | null> {
  let cursor: string | null = null;
  let total: number | null = null;
  let onTop = 0;
  for (let pages = 0; pages < headPages; pages++) {
    const page: Page | null = await list.page(cursor).catch(nullIfRefused);
    // The last record of the page before was deleted in between: what is counted so far has to do.
    if (!page) break;
    total ??= page.total;
    const known = page.records.findIndex(({ id }) => seen.has(id as string));
    onTop += known < 0 ? page.records.length : known;
    if (known >= 0 || !page.more || seen.size === 0) break;
    cursor = page.next;
  }
  return total === null ? null : { api: total, seen: seen.size + onTop };
}

function nullIfRefused(error: unknown): null {
  if (error instanceof CursorRefused) return null;
  throw error;
}
