import type { Payment, SampleApi } from '../../../local/sample-apis/sample-api.ts';

/** A list or an error of either API. */
export interface Body {
  readonly data: Payment[];
  readonly total?: number;
  readonly has_more?: boolean;
  readonly hasMore?: boolean;
  readonly nextCursor?: string;
  readonly error: Readonly<Record<string, unknown>>;
}

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** GET of a path below the sample's base URL, with its key unless other headers are given. */
export async function ask(sample: SampleApi, path: string, headers?: Record<string, string>): Promise<Asked> {
  const credential = { authorization: `Bearer ${sample.key}`, 'x-api-key': sample.key };
  const response = await fetch(sample.baseUrl + path, { headers: headers ?? credential });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

export const ids = (payments: readonly Record<string, unknown>[]): string[] => payments.map(({ id }) => String(id));

/** Every id of a list, page by page as its documents say. */
export async function walk(sample: SampleApi, path: string, limit: number): Promise<string[]> {
  const seen: string[] = [];
  let cursor = '';
  for (;;) {
    const { body } = await ask(sample, `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`);
    seen.push(...ids(body.data));
    if (!(body.has_more ?? body.hasMore)) return seen;
    cursor = body.nextCursor ? `&cursor=${encodeURIComponent(body.nextCursor)}` : `&starting_after=${seen.at(-1)}`;
  }
}
