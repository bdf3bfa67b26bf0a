/** What the APIs send: a date, a time and a zone (ISO 8601, RFC 3339). Seconds may be left out, nothing else. */
const form = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:[Zz]|([+-])(\d\d):?(\d\d))$/;

const minuteMs = 60_000;

/**
 * @returns milliseconds since 1970 UTC, finer digits cut off; null for what is no instant: a date alone, a time
 * without a zone, 30 February, hour 24, a leap second, year 0000
 */
export function parseInstant(text: string): number | null {
  const match = form.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = '', sign, zoneHour = '0', zoneMinute = '0'] = match;
  if (year === '0000' || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  if (Number(zoneHour) > 23 || Number(zoneMinute) > 59) return null;
  const local = new Date(0);
  // setUTCFullYear and not Date.UTC: that one reads years below 100 as 19xx.
  local.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (local.getUTCMonth() !== Number(month) - 1 || local.getUTCDate() !== Number(day)) return null;
  local.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.slice(0, 3).padEnd(3, '0')));
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * minuteMs;
  return local.getTime() - (sign === '-' ? -zone : zone);
}
