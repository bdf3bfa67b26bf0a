import { TerminalError, TransientError } from '../errors.ts';
import { openList, type Page } from '../extract/pages.ts';
import { glanceAtStatus } from '../extract/status-list.ts';
import type { Row } from '../sources/row.ts';
import type { FlatRecord } from '../transform/flatten.ts';
import type { Instance } from '../warehouse/instance.ts';
import { flatPages, fromItsStart, type ListAsked } from './list-pages.ts';

/** Pages read at most to find the payments that came since a completed reading. */
const mostRecentPages = 100;

type Column = (payment: FlatRecord) => Row[number];

/** Reads a column of the payments row. */
export function columnOf(
  { source }: Instance,
  find: (column: { name: string; path: string | null }) => boolean,
): Column {
  const index = source.payments.columns.findIndex(find);
  return ({ rows }) => (index < 0 ? null : (rows[0]?.[0]?.[index] ?? null));
}

/** Reads a payment's status, in the API's own words; null: it has none. */
export function statusColumn(instance: Instance): (payment: FlatRecord) => string | null {
  const statusOf = columnOf(instance, ({ name }) => name === instance.source.shared.status);
  return (payment) => textOf(statusOf(payment));
}

export const textOf = (value: Row[number]): string | null => (value === null ? null : String(value));

/**
 * How many payments of a list the API counts, those created at `asOf` or later left out. Most often one request: where a
 * list is newest first, its first payment tells whether there is any to leave out. One that was seen in another order is
 * read to its end; a long one is not, and those payments are counted (`isCountedWhole`).
 *
 * @param account of the reading that is compared with; null: not known
 * @returns null: the API does not take this status as a filter, so it can't be counted
 * @throws {TerminalError} when the key is of another account, or the API tells no total
 * @throws {TransientError} when too many payments came since
 */
export async function countInApi(asked: ListAsked, asOf: number, account: string | null): Promise<number | null> {
  const glance = await glanceAt(asked);
  if (!glance) return null;
  const newest = glance.records.map((record) => asked.flatten(record, glance.answeredAt));
  refuseAnotherAccount(asked, newest, account);
  const total = totalOf(asked, glance);
  const hasNone = isNewestFirst(asked) && !newest.some((payment) => isRecent(payment, asOf));
  if (hasNone || isCountedWhole(asked, total)) return total;
  return fromItsStart(() => countWithoutRecent(asked, asOf));
}

const glanceAt = ({ client, instance: { source }, status }: ListAsked): Promise<Page | null> =>
  status === null ? openList(client, source, {}, 1).page(null) : glanceAtStatus(client, source, status);

async function countWithoutRecent(asked: ListAsked, asOf: number): Promise<number> {
  let total: number | null = null;
  let recent = 0;
  let pages = 0;
  for await (const { page, payments } of flatPages(asked)) {
    // The total that goes with the first page: what comes on top of it later is on no page behind it.
    total ??= totalOf(asked, page);
    recent += payments.filter((payment) => isRecent(payment, asOf)).length;
    if (!isNewestFirst(asked)) continue;
    if (payments.some(({ createdAt }) => createdAt !== null && createdAt < asOf)) break;
    if (++pages === mostRecentPages) throw tooManyRecent(asked, recent);
  }
  return (total ?? 0) - recent;
}

function isNewestFirst({ instance: { source }, readings: { seenOrder } }: Omit<ListAsked, 'status'>): boolean {
  return seenOrder === 'newest first' || (seenOrder === null && source.list.order === 'newest first');
}

/** Out of order and too long to look through: payments that came since the reading can't be left out of the count. */
export const isCountedWhole = (asked: Omit<ListAsked, 'status'>, total: number): boolean =>
  !isNewestFirst(asked) && total > mostRecentPages * asked.instance.source.list.pageSize;

const isRecent = ({ createdAt }: FlatRecord, asOf: number): boolean => createdAt !== null && createdAt >= asOf;

const tooManyRecent = ({ instance: { name } }: ListAsked, recent: number): TransientError =>
  new TransientError(
    `${name}: ${recent} payments and more came since the last completed sync, too many to be left out of the count; run payments-lake sync ${name} first`,
  );

function totalOf({ instance: { name, source } }: ListAsked, { total, requestId }: Page): number {
  if (total !== null) return total;
  throw new TerminalError(
    `${name}: a page has '${source.paging.total ?? 'total'}', got none (request ${requestId ?? 'id not given'})`,
  );
}

/** @throws {TerminalError} when the list is another account's than the one that was read */
export function refuseAnotherAccount({ instance }: ListAsked, payments: FlatRecord[], account: string | null): void {
  const accountColumn = columnOf(instance, ({ path }) => path === instance.source.account);
  const told = payments.map(accountColumn).find((value) => value !== null);
  if (account === null || told === undefined || String(told) === account) return;
  throw new TerminalError(
    `${instance.name}: the key is of the account ${told}, the last completed sync read ${account}; set the key of ${account}, or sync the new account first`,
  );
}
