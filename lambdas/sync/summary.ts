import type { Instance } from '../warehouse/instance.ts';
import { isFullReading } from './begin-sync.ts';
import type { DriftSeen } from './drift-tally.ts';
import { isMain, type Mode, type Scope } from './sync-names.ts';
import { type Counts, noCounts, type SyncState } from './sync-state.ts';

/**
 * - done: read to where it may stop. stopped: out of time; the same call goes on. interrupted: by its signal.
 * - paused: a sweep or a recheck whose requests or time are used up; the next night goes on.
 * - failed: an error, the checkpoint kept. taken over: another sync moved the checkpoint, and goes on.
 */
export type SyncStatus = 'done' | 'stopped' | 'paused' | 'interrupted' | 'failed' | 'taken over';

/** What became of the payments that were to be read again one by one. */
export interface RecheckCounts {
  readonly asked: number;
  /** The API does not have them any more. */
  readonly gone: number;
  /** The API has no way to ask for them, the field its search goes by being empty, or refuses to be asked. */
  readonly notRereadable: number;
}

/** What a sync did, over all its invocations; `requests` and the like too. */
export interface SyncSummary extends Counts {
  readonly instance: string;
  readonly source: string;
  readonly mode: Mode;
  readonly scope: Scope;
  readonly syncId: string;
  readonly status: SyncStatus;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** It was begun by an earlier run, and this one went on with it. */
  readonly resumed: boolean;
  /** Everything in scope was read, not only what a watermark left. */
  readonly fullReading: boolean;
  /** What the API's total says against what a full reading saw; null when there is nothing to compare. */
  readonly total: SyncState['total'];
  /** Payments that look deleted and were not marked, being too many; null: nothing was held back. */
  readonly heldBack: number | null;
  readonly outOfOrder: boolean;
  /** Of the loads that this process committed. */
  readonly drift: readonly DriftSeen[];
  /** `lasting`: trying again changes nothing until somebody acts. */
  readonly error: { readonly name: string; readonly message: string; readonly lasting: boolean } | null;
  /** Of a recheck. */
  readonly recheck?: RecheckCounts;
  /** Status stopped: the lease was handed to this token. */
  readonly token: string | null;
  /** What this process did of it. */
  readonly here: Counts;
}

/** A sync that was finished later than this has not seen what came since it was begun. */
const staleMs = 3_600_000;

/** Whether a sync that is done was begun so long ago that another one should follow. */
export const isStale = ({ status, resumed, startedAt, finishedAt }: SyncSummary): boolean =>
  status === 'done' && resumed && finishedAt - startedAt > staleMs;

/** Whether what was asked for, or gone on with, came to its end: not the sweeps and marks that follow it. */
export const completesSync = (summaries: readonly SyncSummary[]): boolean =>
  summaries.some((summary) => summary.status === 'done' && isMain(summary));

/** A sync as its checkpoint tells it, of which this process did nothing. */
export const storedSummary = (
  instance: Instance,
  scope: Scope,
  state: SyncState,
  now: number,
): Omit<SyncSummary, 'status' | 'error'> => ({
  instance: instance.name,
  source: instance.source.name,
  mode: state.mode,
  scope,
  syncId: state.syncId,
  startedAt: state.startedAt,
  finishedAt: state.finishedAt ?? now,
  resumed: true,
  fullReading: isFullReading(state),
  total: state.total,
  heldBack: null,
  outOfOrder: state.place.outOfOrder,
  drift: [],
  token: null,
  here: noCounts,
  // A checkpoint of an earlier version may lack a count.
  ...noCounts,
  ...state.counts,
});
