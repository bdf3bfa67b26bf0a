import type { Source } from '../sources/source.ts';
import type { HttpClient } from './http-client.ts';
import { readSingle } from './page-rules.ts';
import { openList, type Page, refusing } from './pages.ts';
import { RequestRefused } from './verdict.ts';

/** What is known of a payment that is to be got again. */
export interface Known {
  readonly id: string;
  /** Value of the field that the source's search goes by; null: not known. */
  readonly searchedBy: string | null;
}

/** Whether the source has a way to ask for this one payment. */
export const canAskFor = ({ single }: Source, { searchedBy }: Known): boolean =>
  single !== undefined && (single.kind === 'path' || (searchedBy !== null && searchedBy !== ''));

/** Pages of a search looked through at most: an order has one payment, or a few. */
const mostPages = 10;

/** @returns how one payment that can be asked for is got, as a page of it alone; null: the API does not have it */
export function openFinder(client: HttpClient, source: Source): (known: Known) => Promise<Page | null> {
  const { single } = source;
  if (single?.kind === 'path') return ({ id }) => getByPath(client, single.path, id);
  return async ({ id, searchedBy }) => {
    const list = openList(client, source, { [single?.filter ?? '']: searchedBy ?? '' });
    let cursor: string | null = null;
    for (let pages = 0; pages < mostPages; pages++) {
      const page: Page = await list.page(cursor);
      const records = page.records.filter((record) => record.id === id);
      if (records.length > 0) return { ...page, records, more: false, next: null };
      if (!page.more || page.next === null) return null;
      cursor = page.next;
    }
    return null;
  };
}

async function getByPath(client: HttpClient, path: string, id: string): Promise<Page | null> {
  try {
    const answer = await client.getJson(
      path.replace(':id', () => encodeURIComponent(id)),
      {},
    );
    const { answeredAt, requestId } = answer;
    const records = [readSingle(answer.body, id, refusing(client, answer, null))];
    return { records, more: false, next: null, total: null, answeredAt, requestId };
  } catch (error) {
    if (error instanceof RequestRefused && error.status === 404) return null;
    throw error;
  }
}
