import type { Row, Value } from '../../lambdas/sources/row.ts';
import type { Source } from '../../lambdas/sources/source.ts';
import { compileFlatten, type FlatRecord } from '../../lambdas/transform/flatten.ts';

export const answeredAt = Date.UTC(2026, 0, 1);

export interface Flattened {
  readonly flat: FlatRecord;
  /** `kind table path type`, a line for each thing noted. */
  readonly drift: readonly string[];
  /** Rows of a table, each as its declared columns and `_extra` that are not null. */
  rows(table: string): Record<string, Value>[];
}

/** Flattens one record, an object or JSON text, and shows what became of it. */
export function flattened(source: Source, record: string | Record<string, unknown>): Flattened {
  const drift: string[] = [];
  const flatten = compileFlatten(source, (kind, table, path, type) =>
    drift.push([kind, table, path, type].join(' ').trimEnd()),
  );
  const flat = flatten(typeof record === 'string' ? JSON.parse(record) : { id: 'p1', ...record }, answeredAt);
  return { flat, drift, rows: (name) => shownRows(source, flat, name) };
}

function shownRows(source: Source, flat: FlatRecord, name: string): Record<string, Value>[] {
  const number = source.tables.findIndex((table) => table.name === name);
  const columns = source.tables[number]?.columns ?? [];
  return (flat.rows[number] ?? []).map((row: Row) =>
    Object.fromEntries(
      columns
        .map(({ name: column, path }, index) => [column, path, row[index]] as const)
        .filter(([column, path, value]) => value !== null && (path !== null || /^_extra$|position$/.test(column)))
        .map(([column, , value]) => [column, value as Value]),
    ),
  );
}
