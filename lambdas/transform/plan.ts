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
  /** The child table this one lies below; null below the record itself. */
  readonly outer: TablePlan | null;
}

/** Turns a source's tables into one tree that has the shape of a record. */
export function planTables(source: Source): TablePlan {
  const plans: TablePlan[] = [];
  for (const [number, table] of source.tables.entries()) {
    const cut = table.path.lastIndexOf('[].');
    const outer = cut > 0 ? (plans.find((plan) => plan.table.path === table.path.slice(0, cut)) ?? null) : null;
    const indices = new Map(table.columns.map(({ name }, index) => [name, index]));
    const plan: TablePlan = { table, number, outer, members: new Map(), column: (name) => indices.get(name) ?? -1 };
    plans.push(plan);
    for (const [index, column] of table.columns.entries()) {
      if (column.path === null) continue;
      const path = column.path.split('.');
      put(plan.members, path, { kind: 'column', index, field: column, path });
    }
    if (number === 0) continue;
    const path = table.path.slice(cut < 0 ? 0 : cut + '[].'.length).split('.');
    put((outer ?? (plans[0] as TablePlan)).members, path, { kind: 'table', table: plan, path });
  }
  const root = plans[0] as TablePlan;
  for (const path of Object.keys(source.neverStored)) put(root.members, path.split('.'), { kind: 'never stored' });
  return root;
}

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
