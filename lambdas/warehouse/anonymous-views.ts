import type { SharedShape } from '../sources/shared-shape.ts';
import type { Source } from '../sources/source.ts';
import type { Table } from '../sources/table.ts';
import { allViews } from './all-views.ts';
import type { View } from './current-view.ts';
import { anonymousDatabase, type Databases, plainDatabases } from './databases.ts';
import type { Instance } from './instance.ts';
import type { Engine, ShownColumn } from './sql.ts';

/** `_extra` holds what nobody has declared: it may be anybody's. */
const isShown = ({ name, personal }: ShownColumn): boolean => personal === undefined && name !== '_extra';

/**
 * Every view of the current database without its personal columns, under the same names. They read the history and one
 * another, and name no personal column: they work for a reader who is granted the others only.
 */
export const anonymousViews = (
  instances: readonly Instance[],
  engine: Engine,
  databases: Databases = { ...plainDatabases, current: anonymousDatabase },
): readonly View[] => allViews(instances.map(withoutPersonal), engine, databases, isShown);

const withoutPersonal = ({ name, source }: Instance): Instance => {
  const shownOf = (table: Table): Table => ({ ...table, columns: table.columns.filter(isShown) });
  const payments = shownOf(source.payments);
  const tables = source.tables.map((table) => (table === source.payments ? payments : shownOf(table)));
  return { name, source: { ...source, tables, payments, shared: shapeOf(source), lineItems: itemsOf(source) } };
};

/** A role that a personal column fills is not filled. */
function shapeOf({ payments, shared }: Source): SharedShape {
  const filled = Object.entries(shared).map(([role, name]) => [role, isPersonal(payments, name) ? null : name]);
  return Object.fromEntries(filled) as SharedShape;
}

const itemsOf = ({ lineItems, tables }: Source): Source['lineItems'] =>
  lineItems.map((items) => {
    const table = tables.find(({ name }) => name === items.table);
    const columns = Object.entries(items.columns).filter(([, name]) => !isPersonal(table, name));
    return { ...items, columns: Object.fromEntries(columns) };
  });

const isPersonal = (table: Table | undefined, column: unknown): boolean =>
  table?.columns.some(({ name, personal }) => name === column && personal !== undefined) ?? false;
