import type { Answer } from '../lambdas/athena/sql-query.ts';
import { currencyExponents } from '../lambdas/warehouse/currency-exponents.ts';

/** A cell that has no value. */
export const none = '–';

/** As the source has it; unknown currencies have no major unit, and so no amounts to show. */
const decimalsOf = (currency: string): number =>
  currencyExponents.find(({ currencies }) => currencies.includes(currency))?.exponent ?? 2;

/** @param value a whole number, or null */
export const counted = (value: Answer): string =>
  typeof value === 'number' || typeof value === 'bigint' ? value.toLocaleString('en') : none;

/** A sum of whole numbers, which is text where the engine's type is wider than 64 bits. */
export const whole = (value: Answer | undefined): string =>
  value === null || value === undefined ? none : counted(BigInt(String(value)));

/**
 * An amount with its currency, exact: `1234.5000` of EUR is `EUR 1,234.50`.
 *
 * @param amount in major units, the digits of a DECIMAL(38,4); null for a currency not known
 */
export function money(amount: Answer, currency: Answer): string {
  if (typeof amount !== 'string') return none;
  const [whole = '0', behind = ''] = amount.split('.');
  // Digits that the currency does not have stay when they are not zeros: what the API sent is not rounded away.
  const decimals = behind.replace(/0+$/, '').padEnd(decimalsOf(String(currency)), '0');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${currency} ${grouped.replace('-', '−')}${decimals === '' ? '' : `.${decimals}`}`;
}

/** For drawing only: a double, which is rounded where a figure has more than 15 digits. */
export const drawn = (value: Answer): number => (value === null ? 0 : Number(value));

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A figure on an axis: 12,500 is 12.5K. */
export const short = (value: number): string => compact.format(value);

/** `2026-07-15 12:00`, from what a query answers for a timestamp. */
export const minute = (value: Answer): string => (typeof value === 'string' ? value.slice(0, 16) : none);

/** How long ago an instant was: `3 hours`. */
export function age(value: Answer, now: number): string {
  if (typeof value !== 'string') return none;
  const minutes = Math.max(0, Math.round((now - Date.parse(`${value.replace(' ', 'T')}Z`)) / 60_000));
  if (minutes < 120) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1440)} days`;
}

export const words = (value: Answer, otherwise: string = none): string =>
  value === null || value === '' ? otherwise : String(value).replaceAll('_', ' ');
