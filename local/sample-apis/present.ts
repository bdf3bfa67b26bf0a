import type { Payment } from './sample-api.ts';

/** The object without the keys whose value is undefined: what JSON would leave out anyway. */
export function present(object: Payment): Payment {
  const kept: Payment = {};
  for (const key in object) {
    const value = object[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}
