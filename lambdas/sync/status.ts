import type { Stored } from '../load/checkpoint-table.ts';
import type { Source } from '../sources/source.ts';
import { type Failure, failureItemPrefix } from './last-failure.ts';
import { instanceItem, isLate, isMain, nightlyItem, syncItemPrefix } from './sync-names.ts';
import type { InstanceState, SyncState } from './sync-state.ts';

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** What the checkpoints tell of one instance; instants as ISO texts, UTC. */
export interface InstanceStatus {
  readonly source: string;
  readonly api: string;
  readonly baseUrl: string | null;
  readonly account: string | null;
  /** The sync that was begun last, whatever became of it. */
  readonly lastSync: {
    readonly syncId: string;
    readonly mode: string;
    readonly status: 'done' | 'unfinished';
    readonly startedAt: string;
    readonly finishedAt: string | null;
    readonly records: number;
    readonly written: number;
    readonly unchanged: number;
  } | null;
  /** From where, less the lookback, the next nightly reads; null: it reads everything. */
  readonly watermark: string | null;
  readonly outOfOrder: boolean;
  /** Of a list whose order nobody documents: as full readings saw it; null: declared, or not known yet. */
  readonly observedOrder: 'newest first' | 'other' | null;
  /** When the last reading of the whole list was begun that has been closed. */
  readonly lastFullReading: string | null;
  /** Sweeps whose requests were used up: the next nightly goes on with them. */
  readonly sweeps: readonly { readonly status: string; readonly records: number; readonly startedAt: string }[];
  readonly total: InstanceState['total'];
  /** What became of the last look for payments that were deleted at the source; null: none was due yet. */
  readonly deletions: { readonly at: string; readonly marked: number; readonly heldBack: number | null } | null;
  readonly unfinished: readonly {
    /** The scope: mode, range and names of filters; their values are not stored. */
    readonly sync: string;
    readonly syncId: string;
    readonly records: number;
    readonly loads: number;
    readonly startedAt: string;
  }[];
  /** What failed last and has not been done since. */
  readonly failures: readonly { readonly sync: string; readonly at: string; readonly message: string }[];
}

export function instanceStatus(name: string, source: Source, items: readonly Stored<unknown>[]): InstanceStatus {
  const own = items.filter(({ instance }) => instance === name);
  const about = own.find(({ item }) => item === instanceItem)?.state as InstanceState | undefined;
  const nightly = own.find(({ item }) => item === nightlyItem)?.state as SyncState | undefined;
  const syncs = own
    .filter(({ item }) => item.startsWith(syncItemPrefix))
    .map(({ item, state }) => ({ item, state: state as SyncState }))
    // An item that was made, and whose sync never began, tells nothing.
    .filter(({ state }) => state.phase === 'running' || state.finishedAt !== null);
  const last = syncs
    .map(({ state }) => state)
    .filter(isMain)
    .sort((one, other) => other.startedAt - one.startedAt)[0];
  return {
    source: name,
    api: source.name,
    baseUrl: about?.baseUrl ?? null,
    account: about?.account ?? null,
    lastSync: last
      ? {
          syncId: last.syncId,
          mode: last.mode,
          status: last.phase === 'done' ? 'done' : 'unfinished',
          startedAt: instant(last.startedAt) as string,
          finishedAt: instant(last.finishedAt),
          records: last.counts.records,
          written: last.counts.written,
          unchanged: last.counts.unchanged,
        }
      : null,
    watermark: instant(nightly?.watermark?.at ?? null),
    outOfOrder: about?.outOfOrder ?? false,
    observedOrder: about?.observedOrder ?? null,
    lastFullReading: instant(about?.reading?.begunAt ?? null),
    sweeps: syncs
      .filter(({ state }) => state.mode === 'sweep' && state.phase === 'running')
      .map(({ item, state }) => ({
        status: item.slice(item.lastIndexOf('=') + 1),
        records: state.counts.records,
        startedAt: instant(state.startedAt) as string,
      })),
    total: about?.total ?? null,
    deletions: about?.deletions
      ? {
          at: instant(about.deletions.at) as string,
          marked: about.deletions.marked,
          heldBack: about.deletions.heldBack,
        }
      : null,
    unfinished: syncs
      .filter(({ state }) => state.phase === 'running' && !isLate(state))
      .map(({ item, state }) => ({
        sync: item.slice(syncItemPrefix.length),
        syncId: state.syncId,
        records: state.counts.records,
        loads: state.counts.loads,
        startedAt: instant(state.startedAt) as string,
      })),
    failures: own.flatMap(({ item, state }) => {
      if (!item.startsWith(failureItemPrefix)) return [];
      const sync = item.slice(failureItemPrefix.length);
      const { at, message } = state as Failure;
      const closed = syncs.find((each) => each.item === `${syncItemPrefix}${sync}`)?.state.finishedAt ?? 0;
      // A look that finds nothing to mark begins no sync.
      const looked = sync === 'deletion' ? (about?.deletions?.at ?? 0) : 0;
      return at > Math.max(closed, looked) ? [{ sync, at: instant(at) as string, message }] : [];
    }),
  };
}
