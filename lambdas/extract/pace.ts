import { UsageError } from '../errors.ts';
import type { Source } from '../sources/source.ts';
import { isLoopback } from './base-url.ts';
import { realTiming, type Timing } from './timing.ts';

/** Leave to send one request. Whoever shares an account's limit shares the budget. */
export interface RequestBudget {
  /** Waits until one more request may be sent. @throws the signal's reason, as soon as it is aborted */
  take(signal?: AbortSignal): Promise<void>;
}

export const unpaced: RequestBudget = { take: async (signal) => signal?.throwIfAborted() };

/** Where an API documents no limit: 5 requests a second. */
const undocumentedPerMinute = 300;

/**
 * How much later one request may reach the API than another, sent the same time before it, without a minute ever
 * holding one too many: a first connection takes its time, a packet gets lost. Costs 1.7 % of the pace.
 */
const arrivalSpreadMs = 1_000;

/** How far apart requests are sent, so that no minute holds more than the limit. */
export const spacingMs = (requestsPerMinute: number): number => (60_000 + arrivalSpreadMs) / requestsPerMinute;

/**
 * Spaces requests evenly, never in a burst after a rest: so that no minute holds more than the limit, wherever the
 * API lets its minute begin, and for fixed and sliding windows alike. Holds within this process only.
 */
export function pacedBudget(options: { requestsPerMinute: number } & Partial<Pick<Timing, 'now' | 'sleep'>>) {
  const { requestsPerMinute, now = realTiming.now, sleep = realTiming.sleep } = options;
  if (!(requestsPerMinute >= 1 && Number.isFinite(requestsPerMinute))) {
    throw new UsageError(`a rate is at least 1 request a minute, got ${requestsPerMinute}`);
  }
  const spacing = spacingMs(requestsPerMinute);
  let last = Number.NEGATIVE_INFINITY;
  const take = async (signal?: AbortSignal): Promise<void> => {
    for (;;) {
      signal?.throwIfAborted();
      const at = now();
      // A clock that was set back must not make us wait for the hour it lost.
      last = Math.min(last, at);
      const waitMs = last + spacing - at;
      if (waitMs <= 0) {
        last = at;
        return;
      }
      await sleep(Math.ceil(waitMs), signal);
    }
  };
  return { take } satisfies RequestBudget;
}

/** Requests a minute for one source: a rate somebody gave, else none (null) on loopback, else the documented limit. */
export function paceOf(source: Source, baseUrl: string, given?: number): number | null {
  if (given === undefined && isLoopback(baseUrl)) return null;
  return given ?? source.rateLimit.requestsPerMinute ?? undocumentedPerMinute;
}

/**
 * The pace of one source, within this process.
 *
 * @param requestsPerMinute as given with --rate
 */
export function budgetFor(
  source: Source,
  baseUrl: string,
  options: { requestsPerMinute?: number | undefined } & Partial<Pick<Timing, 'now' | 'sleep'>> = {},
): RequestBudget {
  const { requestsPerMinute: given, ...timing } = options;
  const requestsPerMinute = paceOf(source, baseUrl, given);
  return requestsPerMinute === null ? unpaced : pacedBudget({ requestsPerMinute, ...timing });
}
