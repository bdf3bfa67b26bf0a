/** How far apart tries lie when the API does not say how long to wait. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/** After a failure that may be over in a moment. */
export const afterFailure: Backoff = { baseMs: 500, capMs: 60_000 };

/** After a 429 that names no time: limits are counted by the minute, so the tries together outlast one. */
export const afterRefusal: Backoff = { baseMs: 8_000, capMs: 60_000 };

/**
 * Full jitter: anywhere between nothing and base × 2^(attempt − 1), at most the cap, so that clients which failed
 * together do not come back together.
 *
 * @param attempt the one that failed, from 1
 */
export const fullJitter = ({ baseMs, capMs }: Backoff, attempt: number, random: () => number): number =>
  Math.floor(random() * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
