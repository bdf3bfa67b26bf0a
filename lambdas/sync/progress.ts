import type { LoadInHand } from './load-in-hand.ts';
import type { ReadPage } from './reading.ts';
import type { Progress } from './sync-options.ts';
import type { Place, SyncState } from './sync-state.ts';

/** How far a sync is: by the API's total when everything is read, by createdAt when it goes back to a boundary. */
export function progressOf(
  instance: string,
  { counts, start, boundary }: SyncState,
  load: LoadInHand,
  read: ReadPage,
): Progress {
  const records = counts.records + load.counts.records;
  return {
    instance,
    pages: counts.pages + load.counts.pages,
    records,
    written: counts.written + load.written,
    share: shareOf(records, start, boundary, read.place, read.page.total),
  };
}

/** As the checkpoint tells it, to whoever looks on: it moves with each load. */
export const savedProgress = (
  instance: string,
  { counts, start, boundary, place, expected = null }: SyncState,
): Progress => ({
  instance,
  pages: counts.pages,
  records: counts.records,
  written: counts.written,
  share: shareOf(counts.records, start, boundary, place, expected),
});

function shareOf(
  records: number,
  start: number | null,
  boundary: number | null,
  place: Place,
  total: number | null,
): number | null {
  if (place.atEnd) return 1;
  if (boundary !== null && start !== null && place.lastCreatedAt !== null && !place.outOfOrder) {
    return Math.min(1, Math.max(0, (start - place.lastCreatedAt) / (start - boundary)));
  }
  return total ? Math.min(1, records / total) : null;
}
