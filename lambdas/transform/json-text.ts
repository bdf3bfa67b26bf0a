import { TerminalError } from '../errors.ts';
import { isSecretName } from './never-stored.ts';

/** Far deeper than any payment; a recursion bound, so that no answer can overflow the stack. */
const deepest = 1000;

/** null, missing, the empty array and the empty object count as one. */
export const isNothing = (value: unknown): boolean => {
  if (value === null || value === undefined) return true;
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
};

/**
 * JSON text of a parsed value that is equal for equal values: keys sorted, members that are nothing left out,
 * members whose name says secret left out. A number beyond DOUBLE, which JSON.parse makes Infinity, is 1e999.
 *
 * @returns null when nothing is left
 * @throws {TerminalError} when nested more than 1000 deep
 */
export function jsonText(value: unknown, depth = 0): string | null {
  if (isNothing(value)) return null;
  if (depth > deepest) throw new TerminalError(`a record is nested at most ${deepest} deep, got more`);
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : value > 0 ? '1e999' : '-1e999';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((element) => jsonText(element, depth + 1) ?? 'null').join(',')}]`;
  const members: string[] = [];
  for (const key of Object.keys(value as object).sort()) {
    if (isSecretName(key)) continue;
    const text = jsonText((value as Record<string, unknown>)[key], depth + 1);
    if (text !== null) members.push(`${JSON.stringify(key)}:${text}`);
  }
  return members.length === 0 ? null : `{${members.join(',')}}`;
}

export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

export const jsonTypeOf = (value: unknown): JsonType => {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'boolean' || type === 'number' || type === 'string' ? type : 'object';
};
