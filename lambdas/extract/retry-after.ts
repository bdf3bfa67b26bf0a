import type { IncomingHttpHeaders } from 'node:http';

/** RFC 9110's three forms: IMF-fixdate, RFC 850 and asctime, the last without a zone and in UTC. */
const withZone = /^[A-Z][a-z]+, \d\d[ -][A-Z][a-z]{2}[ -](\d{4}|\d\d) \d\d:\d\d:\d\d GMT$/;
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/** An HTTP date as milliseconds since 1970; null for anything else. */
export function parseHttpDate(text: string | undefined): number | null {
  if (text === undefined) return null;
  const form = withZone.test(text) ? text : asctime.test(text) ? `${text} GMT` : null;
  if (form === null) return null;
  const ms = Date.parse(form);
  return Number.isNaN(ms) ? null : ms;
}

/** When an answer was given: by the API's own clock, else by ours. */
export const answeredAt = (headers: IncomingHttpHeaders, now: number): number => parseHttpDate(headers.date) ?? now;

/**
 * How long the API wants us to wait, in milliseconds, whichever way it says so; null if it does not.
 * A date is taken from the answer's own Date, so that a clock that runs wrong on either side does no harm.
 */
export function retryAfterMs(headers: IncomingHttpHeaders, now: number): number | null {
  const value = headers['retry-after']?.trim();
  const seconds = secondsAsMs(value);
  if (seconds !== null) return seconds;
  const until = parseHttpDate(value);
  return until === null ? null : Math.max(0, until - answeredAt(headers, now));
}

/**
 * How long to wait before the next request because this answer says that nothing remains, in milliseconds: the
 * draft headers RateLimit-Remaining and RateLimit-Reset. The draft counts Reset in seconds from now; a number that
 * would mean decades is a Unix time, as other APIs send it. null: some remains, or nobody says.
 */
export function exhaustedForMs(headers: IncomingHttpHeaders, now: number): number | null {
  if (headerText(headers['ratelimit-remaining']) !== '0') return null;
  const reset = secondsAsMs(headerText(headers['ratelimit-reset']));
  if (reset === null || reset < leastUnixTimeMs) return reset;
  return Math.max(0, reset - answeredAt(headers, now));
}

const leastUnixTimeMs = 1_000_000_000_000;

const headerText = (value: string | string[] | undefined): string | undefined =>
  (Array.isArray(value) ? value[0] : value)?.trim();

function secondsAsMs(text: string | undefined): number | null {
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text)) return null;
  return Math.min(Math.ceil(Number(text) * 1000), Number.MAX_SAFE_INTEGER);
}
