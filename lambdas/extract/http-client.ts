import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { TransientError, UsageError } from '../errors.ts';
import type { Source } from '../sources/source.ts';
import { whatIsWrongWith } from './api-key.ts';
import { afterFailure, afterRefusal, type Backoff, fullJitter } from './backoff.ts';
import { parseBaseUrl } from './base-url.ts';
import { acceptedEncodings, BadBody, parseBody } from './body.ts';
import { type Exchange, exchange, isSuccess } from './exchange.ts';
import { limitPause } from './limit-pause.ts';
import { budgetFor, type RequestBudget } from './pace.ts';
import { type Query, requestIdOf, requestPath, shownExchange, shownRequest } from './request-line.ts';
import { answeredAt } from './retry-after.ts';
import { realTiming, type Timing } from './timing.ts';
import { judgeBroken, judgeStatus, type Verdict } from './verdict.ts';

export interface HttpClientOptions extends Partial<Timing> {
  /** The account's name, for errors. */
  readonly instance: string;
  readonly source: Source;
  readonly baseUrl: string;
  readonly key: string;
  /** What errors call the key: its variable, or its secret. */
  readonly keyName: string;
  /** Default: `budgetFor(source, baseUrl)`. */
  readonly budget?: RequestBudget | undefined;
  /** For one exchange, from connecting to the last byte. Default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Of a body as it comes and as it is unpacked. Default 32 MB. */
  readonly maxBodyBytes?: number | undefined;
  /** The longest pause the API may ask for; a longer one ends in a TransientError that names it. Default 15 minutes. */
  readonly maxWaitMs?: number | undefined;
  /** How often one request is sent at most. Default 6. */
  readonly attempts?: number | undefined;
  readonly backoff?: Backoff | undefined;
  /** Between tries after a 429 that names no time. */
  readonly refusalBackoff?: Backoff | undefined;
  /** Ends a request or a wait at once, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told of every retry and every pause; holds no key, no payload and no filter's value. */
  readonly log?: ((message: string, facts: Readonly<Record<string, unknown>>) => void) | undefined;
}

/** What a client has done so far. */
export interface HttpCounters {
  /** Sent, retries among them. */
  requests: number;
  retries: number;
  /** Answers that asked for fewer requests or a pause: 429, or any with Retry-After. Other retries are not our pace. */
  throttled: number;
  /** Waited because the API said so: 429, Retry-After, RateLimit-*. The pace of the budget does not count. */
  throttledMs: number;
  /** Of bodies, as they came over the wire. */
  bytes: number;
}

export interface JsonAnswer {
  readonly body: unknown;
  readonly status: number;
  readonly requestId: string | null;
  /** The API's Date, in milliseconds since 1970; our clock where it sends none. */
  readonly answeredAt: number;
}

export interface HttpClient {
  readonly instance: string;
  readonly counters: Readonly<HttpCounters>;
  /**
   * @param path behind the base URL, percent-encoded where it has to be
   * @throws {RequestRefused} on 4xx that trying again does not change; a TerminalError, like a body above the cap
   * @throws {TransientError} once all tries failed, or the API wants a longer pause than `maxWaitMs`
   */
  getJson(path: string, query: Query): Promise<JsonAnswer>;
  /** Ends what is under way, with a TransientError, and closes all connections. */
  close(): void;
}

/** A client for one account of one API. @throws {UsageError} for a base URL or a key that cannot be used */
export function httpClient(options: HttpClientOptions): HttpClient {
  const { instance, source, key, keyName, log } = options;
  const { now = realTiming.now, sleep = realTiming.sleep, random = realTiming.random } = options;
  const { timeoutMs = 30_000, maxBodyBytes = 32 * 1024 * 1024, maxWaitMs = 15 * 60_000, attempts = 6 } = options;
  const { backoff = afterFailure, refusalBackoff = afterRefusal } = options;
  const baseUrl = parseBaseUrl(options.baseUrl);
  const wrong = whatIsWrongWith(key);
  if (wrong !== null) throw new UsageError(`${keyName} ${wrong}`);
  const { budget = budgetFor(source, baseUrl, { now, sleep }) } = options;

  const url = new URL(baseUrl);
  const { protocol, hostname, port } = urlToHttpOptions(url);
  const prefix = url.pathname.replace(/\/$/, '');
  const agent = protocol === 'http:' ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true });
  const headers = {
    accept: 'application/json',
    'accept-encoding': acceptedEncodings,
    'user-agent': 'payments-lake',
    ...source.headers,
    [source.credential.header]: `${source.credential.prefix}${key}`,
  };
  const closing = new AbortController();
  const signal = AbortSignal.any([closing.signal, ...(options.signal ? [options.signal] : [])]);
  const counters: HttpCounters = { requests: 0, retries: 0, throttled: 0, throttledMs: 0, bytes: 0 };
  const limit = limitPause({ now });

  const send = (path: string, query: Query): Promise<Exchange> => {
    counters.requests += 1;
    const target = { protocol, hostname, port, headers, path: requestPath(prefix + path, query) };
    const onBytes = (bytes: number) => {
      counters.bytes += bytes;
    };
    return exchange({ target, agent, timeoutMs, maxBodyBytes, signal, onBytes });
  };

  const pause = async (ms: number, throttled: boolean): Promise<void> => {
    await sleep(ms, signal);
    if (throttled) counters.throttledMs += ms;
  };

  const refuseLongPause = (rule: string, ms: number, where: string): void => {
    if (ms <= maxWaitMs) return;
    const text = `${instance}: ${rule} and wants a pause of ${Math.ceil(ms / 1000)} s, where at most ${maxWaitMs / 1000} s are waited`;
    throw new TransientError(`${text}; run the same command again after it (${where})`, { retryAfterMs: ms });
  };

  /** The answer of one exchange, or what to do instead. */
  const settle = async (outcome: Exchange, where: string): Promise<JsonAnswer | Verdict> => {
    const at = now();
    const subject = { instance, source, keyName, where };
    if (outcome.kind === 'broken') return judgeBroken(outcome.what, outcome.lasting, subject);
    const { head, body } = outcome;
    if (!isSuccess(head)) return judgeStatus(head, subject, at);
    try {
      return {
        body: await parseBody(body, head.headers['content-encoding'], maxBodyBytes),
        status: head.status,
        requestId: requestIdOf(head.headers, key),
        answeredAt: answeredAt(head.headers, at),
      };
    } catch (error) {
      if (error instanceof BadBody) return judgeBroken(error.message, error.tooLarge, subject);
      throw error;
    }
  };

  const getJson = async (path: string, query: Query): Promise<JsonAnswer> => {
    const shown = shownRequest(prefix + path, query, source.paging.param);
    for (let attempt = 1; ; attempt += 1) {
      const leftMs = limit.leftMs();
      if (leftMs > 0) {
        refuseLongPause("nothing remains of the API's limit", leftMs, shown);
        log?.('nothing remains of the limit: waiting', { instance, waitMs: leftMs });
        await pause(leftMs, true);
      }
      await budget.take(signal);
      const outcome = await send(path, query);
      if (outcome.head) limit.note(outcome.head.headers);
      const where = shownExchange(shown, outcome.head, key);
      const verdict = await settle(outcome, where);
      if (!('kind' in verdict)) return verdict;
      const asksForLess = verdict.kind === 'again' && verdict.throttled;
      if (asksForLess || outcome.head?.status === 429) counters.throttled += 1;
      if (verdict.kind === 'stop') throw verdict.error;
      const { rule, throttled } = verdict;
      const waitMs = verdict.waitMs ?? fullJitter(throttled ? refusalBackoff : backoff, attempt, random);
      refuseLongPause(rule, waitMs, where);
      if (attempt >= attempts) {
        const text = `${instance}: ${rule}, ${attempts} times in a row; run the same command again later (${where})`;
        throw new TransientError(text, { retryAfterMs: verdict.waitMs });
      }
      log?.('trying again', { instance, rule, attempt, waitMs, request: where });
      await pause(waitMs, throttled);
      counters.retries += 1;
    }
  };

  const close = () => {
    closing.abort(new TransientError(`${instance}: the client was closed`));
    agent.destroy();
  };
  return { instance, counters, getJson, close };
}
