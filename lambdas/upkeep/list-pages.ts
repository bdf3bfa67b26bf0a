import type { HttpClient } from '../extract/http-client.ts';
import { CursorRefused, type List, openList, type Page } from '../extract/pages.ts';
import type { FlatRecord, Flatten } from '../transform/flatten.ts';
import type { Instance } from '../warehouse/instance.ts';
import type { Readings } from './reconcile-options.ts';

/** A list of the API: whole, or of one status. */
export interface ListAsked {
  readonly instance: Instance;
  readonly client: HttpClient;
  readonly flatten: Flatten;
  readonly status: Status;
  readonly readings: Pick<Readings, 'seenOrder'>;
}

/** null: the whole list. */
export type Status = string | null;

/** How often a list is begun again because the payment its cursor stood on was deleted. */
const mostRestarts = 3;

const filtersOf = ({ instance: { source }, status }: ListAsked): Readonly<Record<string, string>> =>
  status === null || source.list.statusFilter === undefined ? {} : { [source.list.statusFilter]: status };

/**
 * Of a list, from its start: pages with their payments flattened. A page that does not come behind its cursor is asked
 * for behind the records before.
 *
 * @throws {CursorRefused} when the API knows none of the last page's payments any more; see `fromItsStart`
 * @throws as `List.page`
 */
export async function* flatPages(asked: ListAsked): AsyncGenerator<{ page: Page; payments: FlatRecord[] }> {
  const { client, instance, flatten } = asked;
  const list = openList(client, instance.source, filtersOf(asked));
  const isId = instance.source.paging.kind === 'after last id';
  const met = new Set<string>();
  let lastIds: readonly string[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page = isId && cursor !== null ? await pageBehind(list, lastIds) : await list.page(cursor);
    const fresh = page.records.filter(({ id }) => !lastIds.includes(id as string));
    yield { page, payments: fresh.map((record) => flatten(record, page.answeredAt)) };
    if (!page.more || page.next === null) return;
    if (met.has(page.next)) throw new CursorRefused(`${instance.name}: the cursors of the list go in a circle`);
    met.add(page.next);
    cursor = page.next;
    lastIds = page.records.map(({ id }) => id as string);
  }
}

/**
 * What `starting_after` does with a payment that was deleted nobody documents: a page that is refused, or empty, is
 * asked for behind the record before, and so on back through the last page.
 *
 * @param lastIds one at least
 * @returns behind the record before the last it holds that one again; empty: the list has ended
 */
async function pageBehind(list: List, lastIds: readonly string[]): Promise<Page> {
  for (let index = lastIds.length - 1; ; index--) {
    try {
      const page = await list.page(lastIds[index] as string);
      if (page.records.length > 0 || index === 0) return page;
    } catch (error) {
      if (!(error instanceof CursorRefused) || index === 0) throw error;
    }
  }
}

/** Pages a list, and from its start again where the API knows its cursors no more; three times at most. */
export async function fromItsStart<Result>(pageThrough: () => Promise<Result>): Promise<Result> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await pageThrough();
    } catch (error) {
      if (!(error instanceof CursorRefused) || restarts === mostRestarts) throw error;
    }
  }
}
