import type { Value } from '../sources/row.ts';

export interface Dictionary {
  readonly distinct: readonly Value[];
  /** Place in `distinct` of each value. */
  readonly indexes: Uint32Array;
}

const sampled = 64;
/** A repeat in every fourth value pays for the indexes, and for finding out. */
const leastRepeats = sampled / 4;
const mostDistinct = 0.75;
/** A dictionary is one page, held whole by every reader. */
const mostCharacters = 1 << 19;

/** @returns null if the values repeat too little: a sample says so, or the attempt */
export function dictionaryOf(values: readonly Value[]): Dictionary | null {
  if (values.length === 0 || !repeatsOften(values)) return null;
  const distinct: Value[] = [];
  const places = new Map<Value, number>();
  const indexes = new Uint32Array(values.length);
  const most = values.length * mostDistinct;
  let characters = 0;
  let last: Value = null;
  let lastPlace = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as Value;
    if (value !== last) {
      last = value;
      const place = places.get(value);
      if (place === undefined) {
        lastPlace = distinct.push(value) - 1;
        places.set(value, lastPlace);
        if (typeof value === 'string') characters += value.length;
        if (lastPlace > most || characters > mostCharacters) return null;
      } else {
        lastPlace = place;
      }
    }
    indexes[index] = lastPlace;
  }
  return { distinct, indexes };
}

function repeatsOften(values: readonly Value[]): boolean {
  if (values.length < sampled) return true;
  const seen = new Set<Value>();
  const step = (values.length - 1) / sampled;
  let repeats = 0;
  for (let taken = 0; taken < sampled; taken++) {
    const at = Math.floor(taken * step);
    const value = values[at] as Value;
    if (seen.has(value) || value === values[at + 1]) repeats++;
    else seen.add(value);
  }
  return repeats >= leastRepeats;
}
