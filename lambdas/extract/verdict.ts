import { TerminalError, TransientError } from '../errors.ts';
import type { Source } from '../sources/source.ts';
import type { Head } from './exchange.ts';
import { retryAfterMs } from './retry-after.ts';

/** What to do after an exchange that gave no body. */
export type Verdict =
  | { readonly kind: 'stop'; readonly error: Error }
  | {
      readonly kind: 'again';
      readonly rule: string;
      /** As the API said it, to be waited out exactly; null: a backoff of our own. */
      readonly waitMs: number | null;
      /** The API asked for fewer requests, or for a pause. */
      readonly throttled: boolean;
    };

/** An answer of 400 to 499 that trying again does not change. */
export class RequestRefused extends TerminalError {
  override readonly name: string = 'RequestRefused';

  constructor(
    message: string,
    readonly status: number,
    /** The request, its status and its id. */
    readonly where: string,
  ) {
    super(message);
  }
}

/** Whom an error speaks of. */
export interface Subject {
  readonly instance: string;
  readonly source: Source;
  /** What the key is called, never the key. */
  readonly keyName: string;
  /** The request, its status and its id. */
  readonly where: string;
}

/** Every status but success, by what the caller should do. */
export function judgeStatus(head: Head, subject: Subject, now: number): Verdict {
  const { instance, source, keyName, where } = subject;
  const { status, headers } = head;
  const waitMs = retryAfterMs(headers, now);
  if (status === 429 && waitMs === null && !source.rateLimit.retryWithoutRetryAfter) {
    const rule = `${instance}: the API refuses more requests (429) and names no time to wait`;
    return stop(new TransientError(`${rule}, so none is sent now; run the same command again later (${where})`));
  }
  if (status === 408 || status === 429 || status >= 500) {
    const rule = `the API answers ${status}`;
    return { kind: 'again', rule, waitMs, throttled: status === 429 || waitMs !== null };
  }
  const refused = (text: string) => stop(new RequestRefused(text, status, where));
  if (status === 401) {
    const rule = `${keyName} is refused by the API (401): it was revoked or belongs to another store`;
    const next = 'set the new key and run the same command again, it goes on where it stopped';
    return refused(`${rule}; ${next} (${instance}, ${where})`);
  }
  if (status === 403) {
    const rule = `${keyName} lacks the permission ${source.permission} (403)`;
    return refused(`${rule}; give it to the key and run the same command again (${instance}, ${where})`);
  }
  if (status >= 400) return refused(`${instance}: the API ${refusal(status)} (${where})`);
  const rule = `${instance}: the API answers ${status}, which is neither a list nor an error; redirects are not followed`;
  return stop(new TerminalError(`${rule}; check the base URL (${where})`));
}

/**
 * An exchange that broke off, or whose body is not what its head says.
 *
 * @param lasting trying again changes nothing
 */
export function judgeBroken(what: string, lasting: boolean, { instance, where }: Subject): Verdict {
  if (!lasting) return { kind: 'again', rule: what, waitMs: null, throttled: false };
  return stop(new TerminalError(`${instance}: no usable answer: ${what}; check the base URL (${where})`));
}

const stop = (error: Error): Verdict => ({ kind: 'stop', error });

const refusal = (status: number): string =>
  status === 400
    ? 'refuses the request (400): one of its parameters is not what it takes'
    : status === 404
      ? 'finds nothing here (404); check the base URL'
      : `refuses the request (${status})`;
