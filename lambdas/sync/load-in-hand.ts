import type { FlatRecord } from '../transform/flatten.ts';
import { monthOf } from '../warehouse/keys.ts';
import { DriftTally } from './drift-tally.ts';
import type { SyncSettings } from './settings.ts';
import type { Place } from './sync-state.ts';

/** What the pages of one load came to. */
export interface PageCounts {
  readonly pages: number;
  readonly records: number;
  readonly unchanged: number;
  readonly outside: number;
}

/**
 * The pages read since the last commit: what of them is to be written, by month, and where the reading stands behind
 * them. A record stands in it once.
 */
export class LoadInHand {
  readonly openedAt: number;
  /** Month → records to write, in the order they came. */
  readonly months = new Map<string, FlatRecord[]>();
  place: Place | null = null;
  counts: PageCounts = { pages: 0, records: 0, unchanged: 0, outside: 0 };
  /** Status → ids seen, written or not; of a full reading only. */
  readonly seenIds = new Map<string, string[]>();
  /** What its pages held beyond the declaration. */
  readonly drift = new DriftTally();
  readonly #hashes = new Map<string, bigint>();
  readonly #files = new Set<string>();
  #rows = 0;
  #characters = 0;

  constructor(openedAt: number) {
    this.openedAt = openedAt;
  }

  /** Whether a record of the page was met in this load with other content: then this load ends before that page. */
  contradicts(page: readonly FlatRecord[]): boolean {
    return page.some(({ id, hash }) => {
      const met = this.#hashes.get(id);
      return met !== undefined && met !== hash;
    });
  }

  /** Whether this very record is in the load already. */
  has({ id, hash }: FlatRecord): boolean {
    return this.#hashes.get(id) === hash;
  }

  write(record: FlatRecord): void {
    const month = monthOf(record.createdAt);
    const inMonth = this.months.get(month);
    if (inMonth) inMonth.push(record);
    else this.months.set(month, [record]);
    this.#hashes.set(record.id, record.hash);
    for (const [table, rows] of record.rows.entries()) {
      if (rows.length === 0) continue;
      this.#rows += rows.length;
      this.#files.add(`${table} ${month}`);
      for (const row of rows) for (const value of row) if (typeof value === 'string') this.#characters += value.length;
    }
  }

  see(status: string, id: string): void {
    const ids = this.seenIds.get(status);
    if (ids) ids.push(id);
    else this.seenIds.set(status, [id]);
  }

  endPage(place: Place, counts: Omit<PageCounts, 'pages'>, drift: DriftTally): void {
    this.place = place;
    this.drift.add(drift);
    this.counts = {
      pages: this.counts.pages + 1,
      records: this.counts.records + counts.records,
      unchanged: this.counts.unchanged + counts.unchanged,
      outside: this.counts.outside + counts.outside,
    };
  }

  /** Records to write so far. */
  get written(): number {
    return this.#hashes.size;
  }

  get files(): number {
    return this.#files.size;
  }

  isFull(settings: SyncSettings, now: number): boolean {
    return (
      this.#rows >= settings.loadRows ||
      this.#characters >= settings.loadCharacters ||
      this.#files.size >= settings.loadFiles ||
      now - this.openedAt >= settings.loadMs
    );
  }
}

/** Of records that stand twice in one page, the one with the greater updated_at, then the later. */
export function onceEach(records: readonly FlatRecord[]): FlatRecord[] {
  const kept = new Map<string, FlatRecord>();
  for (const record of records) {
    const met = kept.get(record.id);
    if (met && (met.updatedAt ?? Number.NEGATIVE_INFINITY) > (record.updatedAt ?? Number.NEGATIVE_INFINITY)) continue;
    kept.set(record.id, record);
  }
  return [...kept.values()];
}
