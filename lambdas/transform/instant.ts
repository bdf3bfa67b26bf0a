/** What the APIs send: a date, a time and a zone (ISO 8601, RFC 3339). Seconds may be left out, nothing else. */
const form =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/;

const daysOfMonth = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const minuteMs = 60_000;

/** The calendar repeats every 400 years. */
const cycleMs = 146_097 * 24 * 60 * minuteMs;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/**
 * @returns milliseconds since 1970 UTC, finer digits cut off; null for what is no instant: a date alone, a time
 * without a zone, 30 February, hour 24, a leap second, year 0000
 */
export function parseInstant(text: string): number | null {
  if (!form.test(text)) return null;
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (day > (daysOfMonth[month] as number) || (month === 2 && day === 29 && !isLeap(year))) return null;
  const second = text[16] === ':' ? twoDigits(text, 17) : 0;
  // A cycle later, since Date.UTC reads years below 100 as 19xx.
  const whole = Date.UTC(year + 400, month - 1, day, twoDigits(text, 11), twoDigits(text, 14), second) - cycleMs;
  return whole + fractionMs(text) - zoneMs(text);
}

/** The first three digits behind the seconds; a missing one is 0. */
function fractionMs(text: string): number {
  if (text[16] !== ':' || (text[19] !== '.' && text[19] !== ',')) return 0;
  let ms = 0;
  for (let at = 20, place = 100; place >= 1 && isDigit(text, at); at++, place /= 10) ms += place * digit(text, at);
  return ms;
}

/** How far the zone at the text's end lies before UTC; 0 for Z. */
function zoneMs(text: string): number {
  const end = text.length;
  if (!isDigit(text, end - 1)) return 0;
  const signAt = end - (text[end - 3] === ':' ? 6 : 5);
  const ms = (60 * twoDigits(text, signAt + 1) + twoDigits(text, end - 2)) * minuteMs;
  return text[signAt] === '-' ? -ms : ms;
}

const digit = (text: string, at: number): number => text.charCodeAt(at) - 48;

const isDigit = (text: string, at: number): boolean => digit(text, at) >= 0 && digit(text, at) <= 9;

const twoDigits = (text: string, at: number): number => 10 * digit(text, at) + digit(text, at + 1);
