import type { Stored } from '../load/checkpoint-table.ts';
import type { ObjectStore } from '../load/object-store.ts';
import { hourMs } from './begin-sync.ts';
import type { IdSet } from './id-set.ts';
import { readSeenIds } from './seen-ids.ts';
import { instanceItem, nightlyItem } from './sync-names.ts';
import type { InstanceState, SyncState } from './sync-state.ts';

/** What the checkpoints tell of an instance's completed readings: what its warehouse must hold. */
export interface CompletedReadings {
  /** Where the payments came from; null where no sync was ever begun. */
  readonly baseUrl: string | null;
  /** In which order full readings and nightlies saw the list; null: in none but the declared. */
  readonly seenOrder: 'newest first' | 'other' | null;
  /** Of all nightlies and readings of the whole list that closed, the one begun last: it covers what came before its start. */
  readonly newest: Reading | null;
  /** The last reading of the whole list that closed. */
  readonly full: (Reading & { seenIds(): Promise<IdSet> }) | null;
}

interface Reading {
  /** null: a later one is under way, and its name is all that is kept. */
  readonly syncId: string | null;
  /** By the API's clock less an hour, ms. */
  readonly start: number;
  readonly account: string | null;
}

/** @param items of the checkpoint table, of this instance at least */
export function completedReadings(
  instance: string,
  items: readonly Stored<unknown>[],
  store: ObjectStore,
): CompletedReadings {
  const stateOf = <State>(name: string): State | undefined =>
    items.find((each) => each.instance === instance && each.item === name)?.state as State | undefined;
  const about = stateOf<InstanceState>(instanceItem);
  const nightly = stateOf<SyncState>(nightlyItem);
  const { reading } = about ?? {};
  const full = reading
    ? {
        syncId: reading.syncId,
        start: reading.begunAt - hourMs,
        account: reading.account,
        seenIds: () => readSeenIds(store, instance, reading.syncId),
      }
    : null;
  const last = nightlyReading(nightly);
  return {
    baseUrl: about?.baseUrl ?? null,
    seenOrder: about?.outOfOrder ? 'other' : (about?.observedOrder ?? null),
    // A long backfill may close after a nightly that was begun later.
    newest: last && full ? (full.start > last.start ? full : last) : (last ?? full),
    full,
  };
}

const nightlyReading = (nightly: SyncState | undefined): Reading | null =>
  nightly?.watermark
    ? {
        syncId: nightly.phase === 'done' ? nightly.syncId : null,
        start: nightly.watermark.at,
        account: nightly.watermark.account,
      }
    : null;
