import type { DriftKind } from '../transform/draft.ts';
import type { JsonType } from '../transform/json-text.ts';
import type { Instance } from '../warehouse/instance.ts';
import type { Mode, Scope } from './sync-names.ts';
import { type Counts, noCounts, type SyncState } from './sync-state.ts';

/**
 * - done: read to where it may stop. stopped: out of time; the same call goes on. interrupted: by its signal.
 * - failed: an error, the checkpoint kept. taken over: another sync moved the checkpoint, and goes on.
 */
export type SyncStatus = 'done' | 'stopped' | 'interrupted' | 'failed' | 'taken over';

/** Something the declaration did not foresee, and how often it came; never a value. */
export interface DriftSeen {
  readonly kind: DriftKind;
  readonly table: string;
  readonly path: string;
  readonly type: JsonType;
  readonly count: number;
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
  readonly outOfOrder: boolean;
  /** In this process only. */
  readonly drift: readonly DriftSeen[];
  /** `lasting`: trying again changes nothing until somebody acts. */
  readonly error: { readonly name: string; readonly message: string; readonly lasting: boolean } | null;
  /** Status stopped: the lease was handed to this token. */
  readonly token: string | null;
  /** What this process did of it. */
  readonly here: Counts;
}

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
  fullReading: state.boundary === null && state.from === null && state.to === null && state.filterNames.length === 0,
  total: state.total,
  outOfOrder: state.place.outOfOrder,
  drift: [],
  token: null,
  here: noCounts,
  ...state.counts,
});

/** Collects drift, each kind and place once. */
export class DriftCount {
  readonly #seen = new Map<string, { -readonly [Key in keyof DriftSeen]: DriftSeen[Key] }>();
  unknownFields = 0;
  misfits = 0;

  readonly note = (kind: DriftKind, table: string, path: string, type: JsonType): void => {
    if (kind === 'unknown field') this.unknownFields += 1;
    if (kind === 'value did not fit') this.misfits += 1;
    const key = `${kind}\n${table}\n${path}\n${type}`;
    const seen = this.#seen.get(key);
    if (seen) seen.count += 1;
    else if (this.#seen.size < mostDrift) this.#seen.set(key, { kind, table, path, type, count: 1 });
  };

  list(): DriftSeen[] {
    return [...this.#seen.values()];
  }
}

/** A map of free keys declared as fields would drift without end. */
const mostDrift = 1000;
