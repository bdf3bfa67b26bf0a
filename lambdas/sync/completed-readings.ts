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
  /** The last nightly that closed. */
  readonly nightly: Reading | null;
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
  return {
    baseUrl: about?.baseUrl ?? null,
    nightly: nightly?.watermark
      ? {
          syncId: nightly.phase === 'done' ? nightly.syncId : null,
          start: nightly.watermark.at,
          account: nightly.watermark.account,
        }
      : null,
    full: reading
      ? {
          syncId: reading.syncId,
          start: reading.begunAt - hourMs,
          account: reading.account,
          seenIds: () => readSeenIds(store, instance, reading.syncId),
        }
      : null,
  };
}
