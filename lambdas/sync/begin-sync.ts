import type { Page } from '../extract/pages.ts';
import { coversWholeList, newSyncId, type Scope } from './sync-names.ts';
import { noCounts, type SyncState, startOfList, type Watermark } from './sync-state.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A new sync of a scope. The nightly's watermark outlives its syncs. */
export function newSync(scope: Scope, now: number, before: SyncState | null, outOfOrder: boolean): SyncState {
  return {
    mode: scope.mode,
    from: scope.from,
    to: scope.to,
    filterNames: Object.keys(scope.filters).sort(),
    rewrite: scope.rewrite,
    syncId: newSyncId(now),
    phase: 'running',
    startedAt: now,
    finishedAt: null,
    start: null,
    boundary: null,
    account: null,
    place: { ...startOfList, outOfOrder },
    counts: noCounts,
    loadRow: null,
    takesWithoutProgress: 0,
    watermark: before?.watermark ?? null,
    total: null,
  };
}

/**
 * Fixes what the first answer decides, once for the whole sync: its start by the API's clock, how far back it reads,
 * and whose list it is.
 *
 * @param requestedAt our clock when the first request was sent
 */
export function fixStart(
  state: SyncState,
  scope: Scope,
  page: Page,
  requestedAt: number,
  account: string | null,
  lookbackDays: number,
): SyncState {
  return {
    ...state,
    start: Math.min(page.answeredAt, requestedAt) - hourMs,
    boundary: boundaryOf(scope, believedWatermark(state.watermark, account), lookbackDays),
    expected: page.total,
    account,
  };
}

function boundaryOf(scope: Scope, watermark: Watermark | null, lookbackDays: number): number | null {
  if (scope.from !== null) return scope.from;
  if (coversWholeList(scope) && scope.mode === 'incremental' && watermark) return watermark.at - lookbackDays * dayMs;
  return null;
}

/** A watermark of another account says nothing of this one; a page that names no account leaves it as it is. */
const believedWatermark = (watermark: Watermark | null, account: string | null): Watermark | null =>
  watermark && account !== null && watermark.account !== account ? null : watermark;

/** The one account a page tells of; null when it mixes them or tells nothing. */
export function accountOf({ records }: Page, path: string): string | null {
  const told = new Set(
    records.map((record) =>
      path.split('.').reduce<unknown>((at, step) => (at as Record<string, unknown> | null)?.[step], record),
    ),
  );
  const [account] = told;
  return told.size === 1 && account !== null && account !== undefined ? String(account) : null;
}
