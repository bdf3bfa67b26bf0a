import type { Row } from '../sources/row.ts';
import type { Source } from '../sources/source.ts';
import type { Table } from '../sources/table.ts';
import type { JsonObject } from './draft.ts';
import { valueAt } from './value-at.ts';

const newObject = (): JsonObject => Object.create(null) as JsonObject;

/**
 * The record that rows were made from: the proof that flattening loses nothing, save what is never stored.
 * Members that were null, empty or missing are missing; instants are ISO texts in UTC.
 *
 * @param rows of one payment, per table in the order of `source.tables`, each table's rows in order of position or key
 */
export function restoreRecord(source: Source, rows: readonly (readonly Row[])[]): JsonObject {
  const record = newObject();
  const elements = new Map<string, unknown[]>();
  for (const [number, table] of source.tables.entries()) {
    for (const row of rows[number] ?? []) {
      if (table.shape === 'record') fill(record, table, row);
      else placeChild(record, elements, table, row);
    }
  }
  // Last, so that what the declaration did not know lies over what it knew.
  const [payment] = rows[0] ?? [];
  if (payment) merge(record, parse(cell(source.payments, payment, '_extra')));
  return record;
}

function placeChild(record: JsonObject, elements: Map<string, unknown[]>, table: Table, row: Row): void {
  const cut = table.path.lastIndexOf('[].');
  const outer =
    cut < 0 ? record : elements.get(table.path.slice(0, cut))?.[Number(cell(table, row, `${table.parent}_position`))];
  const path = table.path.slice(cut < 0 ? 0 : cut + '[].'.length).split('.');
  const extra = parse(cell(table, row, '_extra'));
  if (table.shape === 'entries') {
    const key = cell(table, row, 'key') as string;
    const map = (valueAt(outer, path) ?? set(outer as JsonObject, path, newObject())) as JsonObject;
    map[key] = extra ?? fromCell(table, row, 'value');
    return;
  }
  const list = (valueAt(outer, path) ?? set(outer as JsonObject, path, [])) as unknown[];
  list[Number(cell(table, row, 'position'))] =
    table.shape === 'values' ? value(table, row, extra) : element(table, row, extra);
  elements.set(table.path, list);
}

const value = (table: Table, row: Row, extra: unknown): unknown =>
  extra ?? fromCell(table, row, table.columns.find(({ path }) => path !== null)?.name as string);

/** `_extra` of an element that was an object is an object of what was not known; anything else is the element itself. */
function element(table: Table, row: Row, extra: unknown): unknown {
  if (extra !== null && (typeof extra !== 'object' || Array.isArray(extra))) return extra;
  const object = newObject();
  fill(object, table, row);
  merge(object, extra);
  return object;
}

function fill(object: JsonObject, table: Table, row: Row): void {
  for (const { name, path } of table.columns) {
    if (path === null) continue;
    const value = fromCell(table, row, name);
    if (value !== null) set(object, path.split('.'), value);
  }
}

const cell = (table: Table, row: Row, name: string) =>
  row[table.columns.findIndex((column) => column.name === name)] ?? null;

function fromCell(table: Table, row: Row, name: string): unknown {
  const value = cell(table, row, name);
  const type = table.columns.find((column) => column.name === name)?.type;
  if (type === 'json') return parse(value);
  return type === 'instant' && value !== null ? new Date(Number(value)).toISOString() : value;
}

const parse = (value: Row[number]): unknown => (typeof value === 'string' ? JSON.parse(value) : null);

function set<T>(object: JsonObject, path: readonly string[], value: T): T {
  let place = object;
  for (const step of path.slice(0, -1)) {
    place[step] ??= newObject();
    place = place[step] as JsonObject;
  }
  place[path.at(-1) as string] = value;
  return value;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merge(into: JsonObject, extra: unknown): void {
  for (const [key, value] of Object.entries((extra ?? {}) as JsonObject)) {
    if (!isObject(value)) into[key] = value;
    else {
      // Into an object of ours, since rows of a map may still come into it, and a key may be __proto__.
      const here = isObject(into[key]) ? into[key] : newObject();
      into[key] = here;
      merge(here, value);
    }
  }
}
