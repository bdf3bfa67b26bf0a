import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Account, Accounts } from './accounts.ts';
import { RequestWindows, type Verdict } from './rate-limit.ts';
import type { SampleApi, SampleKey, SampleOptions, StatusChange } from './sample-api.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An API's own way of speaking; everything else is HTTP. */
export interface Dialect {
  /** What stands between the origin and the documented paths. */
  readonly basePath: string;
  readonly keys: readonly [SampleKey, ...SampleKey[]];
  readonly accounts: Accounts;
  readonly statusChange: { readonly from: string; readonly to: string };
  credential(request: IncomingMessage): string | undefined;
  /** @param path behind `basePath`, as it came */
  answer(path: string, query: URLSearchParams, account: Account, key: SampleKey): Answer;
  error(status: 400 | 401 | 403 | 404 | 405 | 429 | 500, message: string): Answer;
  /** Headers that tell the rate limit, on every answer while it is on. */
  limitHeaders(verdict: Verdict): Readonly<Record<string, string>>;
}

const compress = promisify(gzip);
/** Below this a page of headers outweighs what gzip saves. */
const smallestCompressed = 1024;

export async function serve(dialect: Dialect, options: SampleOptions): Promise<SampleApi> {
  const { now = Date.now, latencyMs = 0, compression = true } = options;
  const windows = options.rateLimit ? new RequestWindows(options.rateLimit) : null;
  const state = { requests: 0, refused: 0 };

  const refusal = (verdict: Verdict): Answer => {
    state.refused++;
    const answer = dialect.error(429, 'Too many requests. Come again later.');
    const form = options.rateLimit?.retryAfter ?? 'seconds';
    const seconds = Math.max(1, Math.ceil(verdict.resetMs / 1000));
    const retryAfter = form === 'date' ? new Date(now() + seconds * 1000).toUTCString() : String(seconds);
    return form === 'none' ? answer : { ...answer, headers: { ...answer.headers, 'retry-after': retryAfter } };
  };

  const decide = (request: IncomingMessage, url: URL): Answer => {
    const known = dialect.accounts.get(dialect.credential(request) ?? '');
    if (!known) return dialect.error(401, 'The API key is missing or not known.');
    const { key, account } = known;
    const verdict = windows?.take(key.key, account.name, now());
    const limits = verdict ? dialect.limitHeaders(verdict) : {};
    let answer: Answer;
    if (verdict && !verdict.allowed) answer = refusal(verdict);
    else if (key.permitted === false) answer = dialect.error(403, 'The API key may not read payments.');
    else if (!url.pathname.startsWith(`${dialect.basePath}/`)) answer = dialect.error(404, 'There is nothing here.');
    else if (request.method !== 'GET') answer = dialect.error(405, 'The sample API reads only.');
    else answer = dialect.answer(url.pathname.slice(dialect.basePath.length), url.searchParams, account, key);
    return { ...answer, headers: { ...limits, ...answer.headers } };
  };

  const send = async (request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> => {
    let body: Uint8Array = Buffer.from(JSON.stringify(answer.body));
    const accepted = String(request.headers['accept-encoding'] ?? '');
    if (
      compression &&
      body.length >= smallestCompressed &&
      /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(accepted)
    ) {
      body = await compress(body, { level: constants.Z_BEST_SPEED });
      response.setHeader('content-encoding', 'gzip');
    }
    if (compression) response.setHeader('vary', 'accept-encoding');
    response.writeHead(answer.status, {
      ...answer.headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
    });
    response.end(body);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const waited = latencyMs > 0 ? delay(latencyMs) : undefined;
    state.requests++;
    response.setHeader('x-request-id', `req_${state.requests.toString(16).padStart(12, '0')}`);
    response.setHeader('date', new Date(now()).toUTCString());
    let answer: Answer;
    try {
      const url = new URL(`http://127.0.0.1${request.url ?? '/'}`);
      if (options.intercept && (await options.intercept(request, response, url))) return;
      answer = decide(request, url);
    } catch (error) {
      answer = dialect.error(500, error instanceof Error ? error.message : String(error));
    }
    await waited;
    await send(request, response, answer);
  };

  const server = createServer((request, response) => {
    request.resume();
    void handle(request, response).catch((error: Error) => response.destroy(error));
  });
  // Longer than any client here rests between two pages: node's own 5 s would reset connections that clients keep.
  server.keepAliveTimeout = 65_000;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');

  const first = dialect.keys[0];
  const account = dialect.accounts.get(first.key)?.account as Account;
  const { list } = account;
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${dialect.basePath}`,
    key: first.key,
    get total() {
      return list.total;
    },
    get requests() {
      return state.requests;
    },
    get refused() {
      return state.refused;
    },
    addPayments: (count) => list.add(count),
    changeStatuses: (count, change: StatusChange = {}) =>
      list.changeStatuses(count, { ...dialect.statusChange, ...change }),
    edit: (id, patch) => list.edit(id, patch),
    remove: (id) => list.remove(id),
    byId: (id) => list.record(list.indexOf(id)),
    record: (index) => list.record(index),
    all: () => account.all(),
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
