import { isDeepStrictEqual } from 'node:util';
import type { Source } from '../../lambdas/sources/source.ts';
import { parseInstant } from '../../lambdas/transform/instant.ts';
import { isNothing } from '../../lambdas/transform/json-text.ts';
import { isSecretName } from '../../lambdas/transform/never-stored.ts';

/**
 * A record as design.md compares it: what is nothing (null, missing, empty array or object) left out, instants as
 * milliseconds, keys sorted, and what is never stored left out. Two records are the same when these are equal.
 * Written apart from the flattening on purpose: it knows only which paths are instants, maps and declared.
 */
export function comparable(source: Source, record: unknown): unknown {
  const { instants, maps, declared } = pathsOf(source);

  const normal = (value: unknown, path: string, known: boolean): unknown => {
    if (isNothing(value)) return null;
    if (typeof value === 'number') return value === 0 ? 0 : value;
    if (typeof value === 'string') return known && instants.has(path) ? (parseInstant(value) ?? value) : value;
    if (Array.isArray(value)) return value.map((element) => normal(element, `${path}[]`, known));
    if (typeof value !== 'object') return value;
    const isMap = known && maps.has(path);
    const members: [string, unknown][] = [];
    for (const key of Object.keys(value as object).sort()) {
      const here = path === '' ? key : `${path}.${key}`;
      const isKnown = known && !isMap && declared.has(here);
      if (known && Object.hasOwn(source.neverStored, here)) continue;
      if (!isKnown && isSecretName(key)) continue;
      const inside = normal((value as Record<string, unknown>)[key], here, isKnown);
      if (inside !== null) members.push([key, inside]);
    }
    return members.length === 0 ? null : members;
  };
  return normal(record, '', true);
}

interface Paths {
  readonly instants: ReadonlySet<string>;
  readonly maps: ReadonlySet<string>;
  readonly declared: ReadonlySet<string>;
}

const known = new WeakMap<Source, Paths>();

/** Reckoned once per source. */
function pathsOf(source: Source): Paths {
  const before = known.get(source);
  if (before) return before;
  const instants = new Set<string>();
  const maps = new Set<string>();
  const declared = new Set<string>();
  for (const table of source.tables) {
    const base = table.path === '' ? '' : table.shape === 'entries' ? table.path : `${table.path}[]`;
    if (table.shape === 'entries') maps.add(table.path);
    for (const column of table.columns) {
      if (table.shape === 'values' && column.path !== null && column.type === 'instant') instants.add(base);
      if (column.path === null || table.shape === 'entries' || table.shape === 'values') continue;
      const path = base === '' ? column.path : `${base}.${column.path}`;
      if (column.type === 'instant') instants.add(path);
      for (let cut = path.length; cut > 0; cut = path.lastIndexOf('.', cut - 1)) declared.add(path.slice(0, cut));
    }
    const at = base.replace(/\[\]$/, '');
    for (let cut = at.length; cut > 0; cut = at.lastIndexOf('.', cut - 1)) declared.add(at.slice(0, cut));
  }
  const paths = { instants, maps, declared };
  known.set(source, paths);
  return paths;
}

/** As toStrictEqual, many times faster where they are equal: it walks large rows only to show what differs. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}
