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
 * @param lookbackDays null: the list's order is not known, so a nightly reads it to its end, as a full reading
 */
export function fixStart(
  state: SyncState,
  scope: Scope,
  page: Page,
  requestedAt: number,
  account: string | null,
  lookbackDays: number | null,
): SyncState {
  return {
    ...state,
    start: Math.min(page.answeredAt, requestedAt) - hourMs,
    boundary: boundaryOf(scope, believedWatermark(state.watermark, account), lookbackDays),
    expected: page.total,
    account,
  };
}

function boundaryOf(scope: Scope, watermark: Watermark | null, lookbackDays: number | null): number | null {
  if (scope.from !== null) return scope.from;
  if (!isNightly(scope) || !watermark || lookbackDays === null) return null;
  return watermark.at - lookbackDays * dayMs;
}

const isNightly = (scope: Scope): boolean => scope.mode === 'incremental' && coversWholeList(scope);

/** A watermark of another account says nothing of this one; a page that names no account leaves it as it is. */
const believedWatermark = (watermark: Watermark | null, account: string | null): Watermark | null =>
  isOfAnotherAccount(watermark, account) ? null : watermark;

const isOfAnotherAccount = (watermark: Watermark | null, account: string | null): boolean =>
  watermark !== null && account !== null && watermark.account !== account;

/** Whether a nightly reads everything because its watermark is another account's. */
export const startsOver = (scope: Scope, { watermark }: SyncState, account: string | null): boolean =>
  isNightly(scope) && isOfAnotherAccount(watermark, account);

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
