import type { Page } from '../extract/pages.ts';
import { valueAt } from '../transform/value-at.ts';
import type { Reach } from './reach.ts';
import { coversWholeList, isMain, newSyncId, type Scope } from './sync-names.ts';
import { noCounts, type SyncState, startOfList, type Watermark } from './sync-state.ts';

export const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A new sync of a scope. The nightly's watermark outlives its syncs, and so does the recheck's place in its round. */
export function newSync(scope: Scope, now: number, before: SyncState | null, outOfOrder: boolean): SyncState {
  return {
    mode: scope.mode,
    ...(before?.personalData && { personalData: before.personalData }),
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
    place: { ...startOfList, outOfOrder, ...(scope.mode === 'recheck' && { cursor: before?.place.cursor ?? null }) },
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
 * @param reach how far back a nightly reads
 */
export function fixStart(
  state: SyncState,
  scope: Scope,
  page: Page,
  requestedAt: number,
  account: string | null,
  reach: Reach,
): SyncState {
  const begunAt = Math.min(page.answeredAt, requestedAt);
  return {
    ...state,
    start: begunAt - hourMs,
    boundary: boundaryOf(scope, state.watermark, account, begunAt, reach),
    expected: page.total,
    account,
  };
}

/**
 * createdAt before which a sync reads nothing; null: it reads everything, since it is no nightly, knows no watermark of
 * this account, cannot rely on the list's order, or the last full reading is too long ago.
 *
 * @param account null: not known
 * @param begunAt by the API's clock
 */
export function boundaryOf(
  scope: Scope,
  watermark: Watermark | null,
  account: string | null,
  begunAt: number,
  { lookbackDays, lastFullReading, fullReadingDays }: Reach,
): number | null {
  if (scope.from !== null) return scope.from;
  const believed = believedWatermark(watermark, account);
  if (!isNightly(scope) || !believed || lookbackDays === null) return null;
  if (!lastFullReading || isOfAnotherAccount(lastFullReading, believed.account)) return null;
  if (begunAt - lastFullReading.begunAt >= fullReadingDays * dayMs) return null;
  return believed.at - lookbackDays * dayMs;
}

/** Whether the sync reads everything its account lists: what is not in it is not at the API. */
export const isFullReading = ({ mode, boundary, from, to, filterNames }: SyncState): boolean =>
  isMain({ mode }) && boundary === null && from === null && to === null && filterNames.length === 0;

const isNightly = (scope: Scope): boolean => scope.mode === 'incremental' && coversWholeList(scope);

/** A watermark of another account says nothing of this one; a page that names no account leaves it as it is. */
const believedWatermark = (watermark: Watermark | null, account: string | null): Watermark | null =>
  isOfAnotherAccount(watermark, account) ? null : watermark;

const isOfAnotherAccount = (known: { readonly account: string | null } | null, account: string | null): boolean =>
  known !== null && account !== null && known.account !== account;

/** Whether a nightly reads everything because its watermark is another account's. */
export const startsOver = (scope: Scope, { watermark }: SyncState, account: string | null): boolean =>
  isNightly(scope) && isOfAnotherAccount(watermark, account);

/** The one account a page tells of; null when it mixes them or tells nothing. */
export function accountOf({ records }: Page, path: string): string | null {
  const steps = path.split('.');
  const told = new Set(records.map((record) => valueAt(record, steps)));
  const [account] = told;
  return told.size === 1 && account !== null && account !== undefined ? String(account) : null;
}
