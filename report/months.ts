/** How many months the report looks back, the month of `now` among them. */
const monthsShown = 13;

/** `2026-07`, so many months before the one `now` (ms since 1970 UTC) lies in. */
export function monthBefore(now: number, months: number): string {
  const date = new Date(now);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months)).toISOString().slice(0, 7);
}

/** First month of the report. */
export const firstShown = (now: number): string => monthBefore(now, monthsShown - 1);

/**
 * Every month from the first to the last that has a figure: one without payments is a gap, not left out.
 *
 * @param held months that have a figure, in any order
 */
export function everyMonth(held: readonly string[]): string[] {
  const [first, last] = [held.reduce((a, b) => (a < b ? a : b), '9'), held.reduce((a, b) => (a > b ? a : b), '')];
  const months: string[] = [];
  for (let at = first; at <= last && months.length < 600; at = monthBefore(Date.parse(`${at}-01`), -1)) months.push(at);
  return months;
}
