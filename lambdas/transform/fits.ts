import type { ColumnType } from '../sources/column.ts';
import type { Value } from '../sources/row.ts';
import { parseInstant } from './instant.ts';
import { jsonText } from './json-text.ts';

/** Turns a JSON value that is something into a column's value; undefined when it does not fit the column's type. */
export type Fit = (value: unknown) => Value | undefined;

/** One function per column type, chosen when a source is compiled and not for each value. */
export const fits: Readonly<Record<ColumnType, Fit>> = {
  // A lone surrogate is no UTF-8: it would come back as U+FFFD.
  text: (value) => (typeof value === 'string' && value.isWellFormed() ? value : undefined),
  json: (value) => jsonText(value),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  // + 0 makes 0 of -0: equal numbers have equal rows, as they have equal hashes.
  integer: (value) => (Number.isSafeInteger(value) ? (value as number) + 0 : undefined),
  double: (value) => (Number.isFinite(value) ? (value as number) + 0 : undefined),
  instant: (value) => (typeof value === 'string' ? (parseInstant(value) ?? undefined) : undefined),
};
