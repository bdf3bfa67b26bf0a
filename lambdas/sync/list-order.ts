import type { JsonRecord } from '../extract/pages.ts';
import { parseInstant } from '../transform/instant.ts';
import { valueAt } from '../transform/value-at.ts';
import type { Place } from './sync-state.ts';

/** createdAt of each record of a page, ms; null where it can't be read. */
export const createdAtsOf = (records: readonly JsonRecord[], path: string): (number | null)[] => {
  const steps = path.split('.');
  return records.map((record) => {
    const value = valueAt(record, steps);
    return typeof value === 'string' ? parseInstant(value) : null;
  });
};

/** Whether createdAt never rises along the page; records that tell none say nothing. */
export function isNewestFirst(createdAts: readonly (number | null)[]): boolean {
  let previous = Number.POSITIVE_INFINITY;
  for (const at of createdAts) {
    if (at === null) continue;
    if (at > previous) return false;
    previous = at;
  }
  return true;
}

/**
 * Whether a page begins where the last one ended: its first record is none of the last page's, and no newer than its
 * last. Equal times say nothing: no document promises an order among them.
 */
export const followsOn = (
  place: Place,
  records: readonly JsonRecord[],
  createdAts: readonly (number | null)[],
): boolean => {
  const [first] = records;
  if (!first || place.lastIds.length === 0) return true;
  if (place.lastIds.includes(first.id as string)) return false;
  const [firstAt = null] = createdAts;
  return firstAt === null || place.lastCreatedAt === null || firstAt <= place.lastCreatedAt;
};

/** Brent's cycle check over the cursors. @returns null when this cursor was met before */
export function nextCycle(cycle: Place['cycle'], cursor: string): Place['cycle'] | null {
  if (cycle.kept === cursor) return null;
  const since = cycle.since + 1;
  return since === cycle.until ? { kept: cursor, since: 0, until: cycle.until * 2 } : { ...cycle, since };
}
