import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SampleApi, SampleOptions } from '../../local/sample-apis/sample-api.ts';

/** A list page as either API sends it. */
export interface ListBody {
  data: Record<string, unknown>[];
  has_more?: boolean;
  total?: number;
  hasMore?: boolean;
  nextCursor?: string | null;
}

/** A page that was asked for. */
export interface Asked {
  /** Its place among all requests for pages, from 0. */
  readonly number: number;
  readonly cursor: string | null;
  readonly url: URL;
  /** The API's own answer to another cursor; null: from the start. */
  readonly other: (cursor: string | null) => Promise<ListBody>;
}

/** @returns the answer instead, a status without a page, or undefined for the API's own answer */
export type Doctor = (asked: Asked, own: () => Promise<ListBody>) => Promise<ListBody | number | undefined>;

const passed = 'x-not-doctored';

/**
 * A sample API whose pages a test may change on their way out.
 *
 * @param doctor is asked for every page
 */
export async function doctored(
  start: (options: Pick<SampleOptions, 'intercept'>) => Promise<SampleApi>,
  cursorParam: 'starting_after' | 'cursor',
  doctor: Doctor,
): Promise<SampleApi> {
  let number = 0;
  const intercept = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> => {
    if (request.headers[passed] !== undefined) return false;
    const get = async (cursor: string | null): Promise<ListBody> => {
      const target = new URL(`${url.pathname}${url.search}`, api.baseUrl);
      target.searchParams.delete(cursorParam);
      if (cursor !== null) target.searchParams.set(cursorParam, cursor);
      const { authorization, 'x-api-key': key } = request.headers;
      const plain = { [passed]: '1', 'accept-encoding': 'identity' };
      const headers = { ...plain, ...(authorization ? { authorization } : { 'x-api-key': String(key) }) };
      return (await (await fetch(target, { headers })).json()) as ListBody;
    };
    const cursor = url.searchParams.get(cursorParam);
    const answer = await doctor({ number: number++, cursor, url, other: get }, () => get(cursor));
    if (answer === undefined) return false;
    const [status, body] = typeof answer === 'number' ? [answer, { error: {} }] : [200, answer];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return true;
  };
  const api = await start({ intercept });
  return api;
}
