import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

export type Mode = 'incremental' | 'backfill' | 'sweep' | 'recheck' | 'deletion';

/** What a sync reads of its instance; together with the instance it names the checkpoint's item. */
export interface Scope {
  readonly mode: Mode;
  /** createdAt in ms, inclusive; null: from the first payment. */
  readonly from: number | null;
  /** createdAt in ms, exclusive; null: up to the newest. */
  readonly to: number | null;
  /** API's name → value. A value is stored and logged only as a hash. */
  readonly filters: Readonly<Record<string, string>>;
  readonly rewrite: boolean;
}

/** Asked for, by a schedule or by somebody; the others come behind one that is done, and wait for the next night. */
export const isMain = ({ mode }: Pick<Scope, 'mode'>): boolean => mode === 'incremental' || mode === 'backfill';

/** A list, and neither a range nor a filter of it: what is not on the list is not at the API. */
export const coversWholeList = ({ mode, from, to, filters }: Scope): boolean =>
  isMain({ mode }) && from === null && to === null && Object.keys(filters).length === 0;

/** Beside the nightly, of bounded requests: out of them or out of time it keeps its place, and the next night goes on. */
export const isLate = ({ mode }: Pick<Scope, 'mode'>): boolean => mode === 'sweep' || mode === 'recheck';

/** The item of an instance itself, beside the items of its syncs. */
export const instanceItem = 'instance';

/** The nightly's item: it holds the watermark. */
export const nightlyItem = 'sync#incremental';

export const syncItemPrefix = 'sync#';

const day = (ms: number | null) => (ms === null ? '' : new Date(ms).toISOString());

/**
 * Canonical: the same scope has the same item, whatever order its filters were given in. There is one nightly, whether
 * it rewrites or not: it has the watermark.
 */
export function syncItem({ mode, from, to, filters, rewrite }: Scope): string {
  const filter = Object.keys(filters)
    .sort()
    // A sweep's status is a word of the declaration, not a person's.
    .map((name) => `#${name}=${mode === 'sweep' ? filters[name] : hashOfFilterValue(filters[name] as string)}`)
    .join('');
  const range = from === null && to === null ? '' : `#${day(from)}..${day(to)}`;
  return `${syncItemPrefix}${mode}${range}${filter}${rewrite && mode === 'backfill' ? '#rewrite' : ''}`;
}

/** 16 hex digits of SHA-256: enough to tell two targeted readings apart. */
export const hashOfFilterValue = (value: string): string =>
  createHash('sha256').update(value).digest('hex').slice(0, 16);

/** UUIDv7: text order is age, to the millisecond. */
export const newSyncId = (now: number): string => uuidv7({ msecs: now });

/**
 * `_load_id`, and the name of the load's files: its text order is its age within a sync, and no attempt uses a name
 * that another one used.
 *
 * @param attempt version of the checkpoint got with the lease
 * @param tries of this load under that lease, from 0
 */
export const loadId = (syncId: string, load: number, attempt: number, tries: number): string =>
  [syncId, String(load).padStart(6, '0'), String(attempt).padStart(8, '0'), String(tries).padStart(2, '0')].join('-');
