import { TerminalError, TransientError } from '../errors.ts';
import type { HttpClient } from '../extract/http-client.ts';
import { CursorRefused, openList, type Page } from '../extract/pages.ts';
import type { Row } from '../sources/row.ts';
import type { FlatRecord, Flatten } from '../transform/flatten.ts';
import type { Instance } from '../warehouse/instance.ts';

/** A list of the API: whole, or of one status. */
export interface ListAsked {
  readonly instance: Instance;
  readonly client: HttpClient;
  readonly flatten: Flatten;
  /** null: the whole list. */
  readonly status: string | null;
}

/** Pages read at most to find the payments that came since a completed reading. */
const mostRecentPages = 100;

/** How often a list is begun again because the payment its cursor stood on was deleted. */
const mostRestarts = 3;

const filtersOf = ({ instance: { source }, status }: ListAsked): Readonly<Record<string, string>> =>
  status === null || source.list.statusFilter === undefined ? {} : { [source.list.statusFilter]: status };

export type Column = (payment: FlatRecord) => Row[number];

/** Reads a column of the payments row. */
export function columnOf(
  { source }: Instance,
  find: (column: { name: string; path: string | null }) => boolean,
): Column {
  const index = source.payments.columns.findIndex(find);
  return ({ rows }) => (index < 0 ? null : (rows[0]?.[0]?.[index] ?? null));
}

/** Of a list, from its start: pages with their payments flattened. @throws as `List.page` */
export async function* flatPages(asked: ListAsked): AsyncGenerator<{ page: Page; payments: FlatRecord[] }> {
  const list = openList(asked.client, asked.instance.source, filtersOf(asked));
  const met = new Set<string>();
  for (let cursor: string | null = null; ; ) {
    const page: Page = await list.page(cursor);
    yield { page, payments: page.records.map((record) => asked.flatten(record, page.answeredAt)) };
    if (!page.more || page.next === null) return;
    if (met.has(page.next)) throw new TerminalError(`${asked.instance.name}: the cursors of the list go in a circle`);
    met.add(page.next);
    cursor = page.next;
  }
}

/**
 * How many payments of a list the API counts, those created at `asOf` or later left out. Most often one request: a list
 * is newest first, so its newest payment tells whether there is any to leave out.
 *
 * @param account of the reading that is compared with; null: not known
 * @throws {TerminalError} when the key is of another account, or the API tells no total
 * @throws {TransientError} when too many payments came since
 */
export async function countInApi(asked: ListAsked, asOf: number, account: string | null): Promise<number> {
  const glance = await openList(asked.client, asked.instance.source, filtersOf(asked), 1).page(null);
  const newest = glance.records.map((record) => asked.flatten(record, glance.answeredAt));
  refuseAnotherAccount(asked, newest, account);
  if (!newest.some((payment) => isRecent(payment, asOf))) return totalOf(asked, glance);
  for (let restarts = 0; ; restarts++) {
    try {
      return await countWithoutRecent(asked, asOf);
    } catch (error) {
      if (!(error instanceof CursorRefused) || restarts === mostRestarts) throw error;
    }
  }
}

async function countWithoutRecent(asked: ListAsked, asOf: number): Promise<number> {
  let total: number | null = null;
  let recent = 0;
  let pages = 0;
  for await (const { page, payments } of flatPages(asked)) {
    // The total that goes with the first page: what comes on top of it later is on no page behind it.
    total ??= totalOf(asked, page);
    recent += payments.filter((payment) => isRecent(payment, asOf)).length;
    if (payments.some(({ createdAt }) => createdAt !== null && createdAt < asOf)) break;
    if (++pages === mostRecentPages) throw tooManyRecent(asked, recent);
  }
  return (total ?? 0) - recent;
}

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
