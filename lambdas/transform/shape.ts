import { type JsonType, jsonTypeOf } from './json-text.ts';
import { isSecretName } from './never-stored.ts';
import type { PersonalData } from './personal-data.ts';

/** Names and types of a value, never the value: `{"a":"string","b":[{"c":"number"}]}`. */
export type Shape = string;

const deepest = 4;

/** An object of more members is taken for a map, whose keys are data. */
const mostMembers = 20;

const mostCharacters = 400;

/** What stands for a name that may be data: a map's key, an id, an address. */
const hiddenName = '*';

/**
 * A name an API's author would give a field, or `*`: other letters, spaces, dots, long names and names with more than
 * three digits are keys of a map that nobody declared as one.
 */
export const shownName = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_-]{0,39}$/.test(name) && !/(?:\d[^\d]*){4}/.test(name) ? name : hiddenName;

/** JSON text of at most 400 characters. Of an array it tells the first element; members with secret names are left out. */
export function shapeOf(value: unknown): Shape {
  for (let depth = deepest; depth > 0; depth--) {
    const text = shapeTo(depth, value);
    if (text.length <= mostCharacters) return text;
  }
  return typeName(jsonTypeOf(value));
}

/** How shapes are told: under hash and drop no name within a value, as in `_extra`. */
export const shapeUnder = ({ mode }: PersonalData): ((value: unknown) => Shape) =>
  mode === 'keep' ? shapeOf : (value) => typeName(jsonTypeOf(value));

const typeName = (type: JsonType): string => `"${type}"`;

function shapeTo(depth: number, value: unknown): string {
  const type = jsonTypeOf(value);
  if (depth === 0) return typeName(type);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${shapeTo(depth - 1, value[0])}]`;
  if (type !== 'object') return typeName(type);
  const object = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(object).filter((name) => !isSecretName(name));
  const isMap = names.length > mostMembers;
  const members = new Map<string, string>();
  for (const name of (isMap ? names.slice(0, 1) : names).sort()) {
    const shown = isMap ? hiddenName : shownName(name);
    if (!members.has(shown)) members.set(shown, `"${shown}":${shapeTo(depth - 1, object[name])}`);
  }
  return `{${[...members.values()].join(',')}}`;
}
