import type { Field } from '../sources/column.ts';
import type { Source } from '../sources/source.ts';
import type { Table } from '../sources/table.ts';

/** What to do with a member of an object: fill a column, go into it, make rows of it, or forget it. */
export type Step =
  | { readonly kind: 'column'; readonly index: number; readonly field: Field; readonly path: readonly string[] }
  | { readonly kind: 'object'; readonly members: ObjectPlan; readonly path: readonly string[] }
  | { readonly kind: 'table'; readonly table: TablePlan; readonly path: readonly string[] }
  | { readonly kind: 'never stored' };

/** Every declared member of one object, by its name. */
export type ObjectPlan = Map<string, Step>;

/** Where the values of one table's rows go. */
export interface TablePlan {
  readonly table: Table;
  /** Place of the table in `source.tables`. */
  readonly number: number;
  /** Members of the row's own object; for values and entries only their column. */
  readonly members: ObjectPlan;
  /** Index of a column, -1 when the table has none of that name. */
  readonly column: (name: string) => number;
  /** Index of `_extra`. */
  readonly extra: number;
  /** The child table this one lies below; null below the record itself. */
  readonly outer: TablePlan | null;
}

/** Turns a source's tables into one tree that has the shape of a record. */
export function planTables(source: Source): TablePlan {
  const plans: TablePlan[] = [];
  for (const [number, table] of source.tables.entries()) {
    const { outer, below: path } = placeOf(plans, table.path);
    const indices = new Map(table.columns.map(({ name }, index) => [name, index]));
    const column = (name: string): number => indices.get(name) ?? -1;
    const plan: TablePlan = { table, number, outer, members: new Map(), column, extra: column('_extra') };
    plans.push(plan);
    for (const [index, field] of table.columns.entries()) {
      if (field.path === null) continue;
      const steps = field.path.split('.');
      put(plan.members, steps, { kind: 'column', index, field, path: steps });
    }
    if (number === 0) continue;
    put((outer ?? (plans[0] as TablePlan)).members, path, { kind: 'table', table: plan, path });
  }
  const root = plans[0] as TablePlan;
  for (const path of Object.keys(source.neverStored)) {
    const { outer, below } = placeOf(plans, path);
    put((outer ?? root).members, below, { kind: 'never stored' });
  }
  return root;
}

/** `variants[].selectedOptions` → the plan of `variants`, and what is left to go below its elements. */
function placeOf(plans: readonly TablePlan[], path: string): { outer: TablePlan | null; below: string[] } {
  const cut = path.lastIndexOf('[].');
  if (cut < 0) return { outer: null, below: path.split('.') };
  const outer = plans.find(({ table }) => table.path === path.slice(0, cut)) ?? null;
  return { outer, below: path.slice(cut + '[].'.length).split('.') };
}

/** Puts a step at its place; that no two declarations claim one place is a rule of the definition. */
function put(members: ObjectPlan, path: readonly string[], step: Step): void {
  let place = members;
  for (const [depth, name] of path.slice(0, -1).entries()) {
    const found: Step = place.get(name) ?? { kind: 'object', members: new Map(), path: path.slice(0, depth + 1) };
    if (found.kind !== 'object')
      throw new TypeError(`'${path.join('.')}' lies inside '${name}', which is declared as a value`);
    place.set(name, found);
    place = found.members;
  }
  place.set(path.at(-1) as string, step);
}
