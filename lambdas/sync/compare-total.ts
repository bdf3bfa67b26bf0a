import type { HttpClient } from '../extract/http-client.ts';
import { CursorRefused, type JsonRecord, openList, type Page } from '../extract/pages.ts';
import { glanceAtStatus } from '../extract/status-list.ts';
import type { Source } from '../sources/source.ts';
import { valueAt } from '../transform/value-at.ts';
import type { IdSet } from './id-set.ts';
import { countSeenByStatus } from './seen-ids.ts';
import type { SyncOptions } from './sync-options.ts';
import type { TotalVerdict } from './sync-state.ts';

/** The API's total and what came on top of the list since a reading, by status. */
interface Head {
  readonly total: number;
  readonly onTop: ReadonlyMap<string, number>;
}

/**
 * Compares the API's total with what a full reading saw: its own different ids, and those that came on top since (the
 * head of the list is read once more, and its total is the one compared). When they are fewer, each status is compared
 * in the same way, by one request for one record.
 *
 * @returns null when the API tells no total
 */
export async function compareTotal(
  { instance, store }: Pick<SyncOptions, 'instance' | 'store'>,
  client: HttpClient,
  syncId: string,
  seen: IdSet,
): Promise<TotalVerdict | null> {
  const { name, source } = instance;
  if (source.paging.total === undefined) return null;
  const head = await readHead(client, source, seen);
  if (!head) return null;
  const { total, onTop } = head;
  const all = seen.size + sum(onTop);
  if (all >= total) return { api: total, seen: all, verdict: 'right', short: {} };
  const counts = await countSeenByStatus(store, name, syncId);
  for (const [status, count] of onTop) counts.set(status, (counts.get(status) ?? 0) + count);
  return { api: total, seen: all, verdict: 'short', short: await shortStatuses(client, source, counts) };
}

/** The statuses to read once more: none when no status lacks more than it did at the last full reading. */
export function statusesToReadAgain({ short }: TotalVerdict, last: TotalVerdict | null): string[] {
  const before = last?.short ?? {};
  return Object.entries(short)
    .filter(([status, missing]) => missing > (before[status] ?? 0))
    .map(([status]) => status);
}

/** Reads from the top down to the first payment that was seen, or until nothing is missing any more. */
async function readHead(client: HttpClient, source: Source, seen: IdSet): Promise<Head | null> {
  const list = openList(client, source, {});
  const statusOf = statusReader(source);
  const onTop = new Map<string, number>();
  let total: number | null = null;
  for (let cursor: string | null = null; ; ) {
    const page: Page | null = await list.page(cursor).catch(nullIfRefused);
    // The last record of the page before was deleted in between: what is counted so far has to do.
    if (!page) break;
    total ??= page.total;
    if (total === null) return null;
    const known = page.records.findIndex(({ id }) => seen.has(id as string));
    const fresh = known < 0 ? page.records : page.records.slice(0, known);
    for (const record of fresh) onTop.set(statusOf(record), (onTop.get(statusOf(record)) ?? 0) + 1);
    const isDone = known >= 0 || page.records.length === 0 || seen.size + sum(onTop) >= total;
    if (isDone || !page.more || page.next === cursor) break;
    cursor = page.next;
  }
  return total === null ? null : { total, onTop };
}

/** @returns status → how many the API counts more than were seen */
async function shortStatuses(
  client: HttpClient,
  source: Source,
  counts: ReadonlyMap<string, number>,
): Promise<Record<string, number>> {
  if (source.list.statusFilter === undefined) return {};
  const declared = source.payments.columns.find(({ name }) => name === source.shared.status)?.values ?? [];
  const short: Record<string, number> = {};
  for (const status of new Set([...declared, ...counts.keys()])) {
    if (status === '') continue;
    const page = await glanceAtStatus(client, source, status);
    const missing = (page?.total ?? 0) - (counts.get(status) ?? 0);
    if (missing > 0) short[status] = missing;
  }
  return short;
}

/** As the payment's row tells it; '' for none. */
function statusReader({ payments, shared }: Source): (record: JsonRecord) => string {
  const path = payments.columns.find(({ name }) => name === shared.status)?.path?.split('.') ?? [];
  return (record) => {
    const status = valueAt(record, path);
    return typeof status === 'string' ? status : '';
  };
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((all, each) => all + each, 0);

function nullIfRefused(error: unknown): null {
  if (error instanceof CursorRefused) return null;
  throw error;
}
