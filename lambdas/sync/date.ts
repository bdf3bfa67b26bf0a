import { UsageError } from '../errors.ts';

const shape = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * A day as its first moment, or an instant; UTC where no zone is given.
 *
 * @param option whose value it is, for the error
 * @returns milliseconds since 1970 UTC; null when the option was not given
 */
export function parseDate(option: string, given: string | undefined): number | null {
  if (given === undefined) return null;
  const [, day, minutes = '00:00', seconds = ':00', zone = 'Z'] = shape.exec(given) ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T${minutes}${seconds}${zone}`);
  // Date.parse takes 30 February for 2 March, and 24:00 for the next day.
  const isReal = !Number.isNaN(ms) && minutes < '24' && new Date(`${day}T00:00:00Z`).toISOString().startsWith(`${day}`);
  if (!isReal) {
    throw new UsageError(
      `${option} must be a day, YYYY-MM-DD, or an instant such as 2026-03-01T12:00:00Z, got '${given}'`,
    );
  }
  return ms;
}
