import type { PersonalDataState } from './personal-data-state.ts';
import type { Mode } from './sync-names.ts';

/** Where a reading stands in the API's list. */
export interface Place {
  /** Cursor of the next request; null: the list's start. */
  readonly cursor: string | null;
  /** The cursor that led to the last page; null: it was the first. */
  readonly cursorBefore: string | null;
  /** Ids of the last page that held records, in list order; of a page of one record with the id before it. */
  readonly lastIds: readonly string[];
  /** createdAt of the last record, ms. */
  readonly lastCreatedAt: number | null;
  /** Whether any page held a record. */
  readonly heldRecords: boolean;
  /** Pages in a row wholly before the boundary. */
  readonly pagesBefore: number;
  /** The order of the list was seen to be another than declared: it is read to its end. */
  readonly outOfOrder: boolean;
  /** createdAt was seen to rise, whatever order is declared; absent: this reading did not look from its start. */
  readonly rose?: boolean;
  /** An end or refusal was met and the page before asked for again. */
  readonly askedAgain: boolean;
  /** How often the list was begun again because its cursors were refused. */
  readonly restarts: number;
  /** The last record's id when an empty page sent us to the start: met there again, the end is believed. */
  readonly endedAfter: string | null;
  /** Brent's cycle check: the cursor kept, how many came since, and after how many the next one is kept. */
  readonly cycle: { readonly kept: string | null; readonly since: number; readonly until: number };
  readonly atEnd: boolean;
}

export const startOfList: Place = {
  cursor: null,
  cursorBefore: null,
  lastIds: [],
  lastCreatedAt: null,
  heldRecords: false,
  pagesBefore: 0,
  outOfOrder: false,
  rose: false,
  askedAgain: false,
  restarts: 0,
  endedAfter: null,
  cycle: { kept: null, since: 0, until: 1 },
  atEnd: false,
};

/** What a sync has done so far, over all its invocations. */
export interface Counts {
  readonly pages: number;
  /** As they came, repeats included. */
  readonly records: number;
  readonly written: number;
  /** Left out because the warehouse holds exactly them. */
  readonly unchanged: number;
  /** Outside the range asked for. */
  readonly outside: number;
  readonly loads: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly requests: number;
  readonly retries: number;
  /** Answers that asked for fewer requests. */
  readonly throttled: number;
  readonly throttledMs: number;
  readonly unknownFields: number;
  readonly misfits: number;
  readonly unknownValues: number;
}

export const noCounts: Counts = {
  pages: 0,
  records: 0,
  written: 0,
  unchanged: 0,
  outside: 0,
  loads: 0,
  rows: {},
  bytes: 0,
  requests: 0,
  retries: 0,
  throttled: 0,
  throttledMs: 0,
  unknownFields: 0,
  misfits: 0,
  unknownValues: 0,
};

/** What was counted since `before`. */
export function countsSince(now: Counts, before: Counts): Counts {
  const less = (name: Exclude<keyof Counts, 'rows'>) => now[name] - (before[name] ?? 0);
  return {
    pages: less('pages'),
    records: less('records'),
    written: less('written'),
    unchanged: less('unchanged'),
    outside: less('outside'),
    loads: less('loads'),
    rows: Object.fromEntries(
      Object.entries(now.rows).map(([table, rows]) => [table, rows - (before.rows[table] ?? 0)]),
    ),
    bytes: less('bytes'),
    requests: less('requests'),
    retries: less('retries'),
    throttled: less('throttled'),
    throttledMs: less('throttledMs'),
    unknownFields: less('unknownFields'),
    misfits: less('misfits'),
    unknownValues: less('unknownValues'),
  };
}

/** A completed nightly's begin, and whose list it read. */
export interface Watermark {
  readonly at: number;
  readonly account: string | null;
}

/** A sync's saved state: everything another process needs to go on. */
export interface SyncState {
  readonly mode: Mode;
  /** How this sync writes personal data; absent: as it came. */
  readonly personalData?: PersonalDataState;
  readonly from: number | null;
  readonly to: number | null;
  /** Names of the filters; their values only as hashes, in the item's name. */
  readonly filterNames: readonly string[];
  readonly rewrite: boolean;
  readonly syncId: string;
  readonly phase: 'running' | 'done';
  /** By our clock, ms. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** By the API's clock less an hour: the watermark, once a nightly closes. null until the first answer. */
  readonly start: number | null;
  /** createdAt before which nothing is read; null: everything is. Fixed with the first answer. */
  readonly boundary: number | null;
  /** What the API's first answer said the list holds; null where it tells none. For showing how far the sync is. */
  readonly expected?: number | null;
  readonly account: string | null;
  readonly place: Place;
  readonly counts: Counts;
  /** The row for `loads` of the last committed load; put again on resume. */
  readonly loadRow: Readonly<Record<string, string | number | null>> | null;
  /** Times the lease was taken since a load was committed. */
  readonly takesWithoutProgress: number;
  /** Of the nightly only. */
  readonly watermark: Watermark | null;
  /** What the API's `total` said against what a full reading saw; null when there was nothing to compare. */
  readonly total: TotalVerdict | null;
  /** A full reading was short of the API's total: it reads the lists of these statuses too; null: not so far. */
  readonly again?: {
    /** The first is being read, `place` of the sync is in its list. */
    readonly statuses: readonly string[];
    /** Where the whole list was left, at its end. */
    readonly place: Place;
  } | null;
}

/** The API's total against what a full reading saw. */
export interface TotalVerdict {
  /** As the API's last answer tells it. */
  readonly api: number;
  /** Different payments seen, and those that came on top since. */
  readonly seen: number;
  /** short: fewer were seen than the API counts, also after the short statuses were read once more. */
  readonly verdict: 'right' | 'short';
  /** Status → how many are missing; empty when the total is right, or the API counts no status. */
  readonly short: Readonly<Record<string, number>>;
}

/** A full reading that was closed: what deletions are reckoned from. */
export interface FullReading {
  readonly syncId: string;
  readonly account: string | null;
  /** By the API's clock, at its first answer. */
  readonly begunAt: number;
  /** Different ones it saw: as many must be found among its stored ids. */
  readonly payments: number;
  /** Nothing is known to be missing from it: its total was right, or the API tells none. */
  readonly isWhole: boolean;
}

/** The saved state of an instance itself. */
export interface InstanceState {
  /** Absent: as it came. */
  readonly personalData?: PersonalDataState;
  readonly source: string;
  readonly baseUrl: string;
  readonly account: string | null;
  /** The list was seen in another order than declared. */
  readonly outOfOrder: boolean;
  /** Of a list whose order nobody documents: as full readings saw it. Absent and null: not known yet. */
  readonly observedOrder?: 'newest first' | 'other' | null;
  readonly total: (TotalVerdict & { readonly at: number }) | null;
  /** The last full reading that was closed; absent before the first one. */
  readonly reading?: FullReading | null;
  /** The one closed before it. */
  readonly readingBefore?: FullReading | null;
  /** What became of the last look for deleted payments; absent before the first one. */
  readonly deletions?: {
    /** The full reading that was looked at. */
    readonly syncId: string;
    readonly at: number;
    /** Payments marked, over all invocations. */
    readonly marked: number;
    /** Payments not marked because they are too many; null: nothing was held back. */
    readonly heldBack: number | null;
  } | null;
}
