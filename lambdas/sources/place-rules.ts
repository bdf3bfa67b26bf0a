import type { Source } from './source.ts';

/** What a declaration makes of a place in a record: the end of a path, or what a longer path goes through. */
type Kind = 'a value' | 'an object' | 'a list';

interface Claim {
  /** `variants[].selectedOptions[].sku`; a map or a list of plain values is a value. */
  readonly path: string;
  readonly kind: Kind;
  /** The declaration: `variant_options.sku`, `query_parameters`, `neverStored`. */
  readonly where: string;
}

/**
 * A place in a record is one thing, declared once: of two declarations that claim it, one would silently never get
 * anything.
 */
export function refuseContestedPlaces(source: Source, refuse: (where: string, rule: string) => never): void {
  const taken = new Map<string, Claim>();
  for (const claim of claims(source)) {
    const { path, kind, where } = claim;
    const other = taken.get(path);
    if (other && (other.kind !== kind || kind === 'a value')) {
      refuse(
        where,
        `'${path}' is declared once and as one thing, got ${kind} here and ${other.kind} by ${other.where}`,
      );
    }
    taken.set(path, claim);
  }
  const lists = new Set<string>();
  for (const { name, path, shape } of source.tables) {
    if (shape !== 'elements') continue;
    if (lists.has(path)) refuse(name, `'${path}' is declared by one table only`);
    lists.add(path);
  }
  for (const path of Object.keys(source.neverStored)) {
    const list = path.slice(0, Math.max(0, path.lastIndexOf('[].')));
    if (list !== '' && !lists.has(list)) {
      refuse('neverStored', `'${path}' lies below '${list}', which is declared as a table of elements`);
    }
  }
}

function* claims({ tables, neverStored }: Source): Generator<Claim> {
  for (const { name, path, shape, columns } of tables) {
    if (shape === 'values' || shape === 'entries') yield* claimsOf(path, name);
    else {
      for (const column of columns) {
        if (column.path === null) continue;
        const full = shape === 'record' ? column.path : `${path}[].${column.path}`;
        yield* claimsOf(full, `${name}.${column.path}`);
      }
    }
  }
  for (const path of Object.keys(neverStored)) yield* claimsOf(path, 'neverStored');
}

/** `a[].b` claims a list at `a`, an object at `a[]`, and a value at itself. */
function* claimsOf(path: string, where: string): Generator<Claim> {
  for (const { index, 0: step } of path.matchAll(/\.|\[\]/g)) {
    yield { path: path.slice(0, index), kind: step === '.' ? 'an object' : 'a list', where };
  }
  yield { path, kind: 'a value', where };
}
