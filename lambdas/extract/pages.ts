import { TerminalError } from '../errors.ts';
import type { Source } from '../sources/source.ts';
import type { HttpClient, JsonAnswer } from './http-client.ts';
import { type PageContent, type Refuse, readPage } from './page-rules.ts';
import { RequestRefused } from './verdict.ts';

export type { JsonRecord } from './page-rules.ts';

/** One page of a list, checked against the API's document. */
export interface Page extends PageContent {
  /** The API's Date, in milliseconds since 1970; our clock where it sends none. */
  readonly answeredAt: number;
  readonly requestId: string | null;
}

/** The API answered 400 or 404 to a request that carried a cursor: the place in the list may be gone. */
export class CursorRefused extends TerminalError {
  override readonly name = 'CursorRefused';
}

export interface List {
  /**
   * @param cursor of the page before, null for the list's start
   * @throws {CursorRefused} on 400 or 404 to a cursor
   * @throws {TerminalError} for a page that is not what the API's document says, and as `HttpClient.getJson`
   */
  page(cursor: string | null): Promise<Page>;
}

/**
 * @param filters as the source declares them; the caller has checked names and values
 * @param limit records per page, by default the source's page size; an API that gives more or fewer is taken as it is
 */
export function openList(
  client: HttpClient,
  source: Source,
  filters: Readonly<Record<string, string>>,
  limit: number = source.list.pageSize,
): List {
  const fixed = { limit: String(limit), ...filters };
  const { param } = source.paging;
  const page = async (cursor: string | null): Promise<Page> => {
    const query = cursor === null ? fixed : { ...fixed, [param]: cursor };
    const answer = await client.getJson(source.list.path, query).catch((error: unknown) => {
      if (cursor === null || !isRefusedCursor(error)) throw error;
      const rule = `the API refuses the cursor (${error.status}): the payment it stands on may be gone`;
      throw new CursorRefused(`${client.instance}: ${rule} (${error.where})`);
    });
    const { answeredAt, requestId } = answer;
    const refuse = refusing(client, answer, cursor);
    return { ...readPage(answer.body, source.paging, refuse), answeredAt, requestId };
  };
  return { page };
}

const isRefusedCursor = (error: unknown): error is RequestRefused =>
  error instanceof RequestRefused && (error.status === 400 || error.status === 404);

export const refusing =
  ({ instance }: HttpClient, { requestId }: JsonAnswer, cursor: string | null): Refuse =>
  (rule) => {
    const where = `${shownCursor(cursor)}, request ${requestId ?? 'id not given'}`;
    throw new TerminalError(`${instance}: the answer is not what the API's document says: ${rule} (${where})`);
  };

const shownCursor = (cursor: string | null): string =>
  cursor === null ? 'no cursor' : `cursor ${JSON.stringify(cursor.slice(0, 200))}`;
