import type { Row } from '../sources/row.ts';
import type { Table } from '../sources/table.ts';
import { jsonText, jsonTypeOf } from './json-text.ts';
import { fitOf, type PersonalData } from './personal-data.ts';

/** As `hashedUnder` makes them, also as the JSON text of one: hashed once, a value stays as it is. */
const isHashed = /^("?)(?:[0-9a-f]{64})?\1$/;

/**
 * Brings a row that was read back from the warehouse into the form a lake has now: before its mode was changed, it may
 * have been written with personal values. What was hashed under another key stays as it is.
 *
 * @returns changes the row it is given
 */
export function compileStored({ columns }: Table, personal: PersonalData): (row: Row) => void {
  if (personal.mode === 'keep') return () => {};
  const changes = columns.flatMap((column, index): ((row: Row) => void)[] => {
    if (column.name === '_extra') {
      return [
        (row) => {
          row[index] = withoutValues((row[index] ?? null) as string | null);
        },
      ];
    }
    if (column.personal === undefined) return [];
    const convert = fitOf(column, personal);
    return [
      (row) => {
        const value = row[index] ?? null;
        if (value === null || (personal.mode === 'hash' && typeof value === 'string' && isHashed.test(value))) return;
        row[index] = convert(column.type === 'json' ? JSON.parse(value as string) : value) ?? null;
      },
    ];
  });
  return (row) => {
    for (const change of changes) change(row);
  };
}

/** `_extra` as hash and drop keep it: names, and JSON types for values. Below a name that has values no name is kept. */
function withoutValues(extra: string | null): string | null {
  if (extra === null) return null;
  const told: unknown = JSON.parse(extra);
  if (holdsTypesOnly(told)) return extra;
  if (jsonTypeOf(told) !== 'object') return jsonText(jsonTypeOf(told));
  const members = Object.entries(told as object).map(([name, value]) => [name, jsonTypeOf(value)]);
  return jsonText(Object.fromEntries(members));
}

const types: ReadonlySet<unknown> = new Set(['null', 'boolean', 'number', 'string', 'array', 'object']);

const holdsTypesOnly = (told: unknown): boolean =>
  jsonTypeOf(told) === 'object' ? Object.values(told as object).every(holdsTypesOnly) : types.has(told);
