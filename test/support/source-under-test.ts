import { sources } from '../../lambdas/sources/index.ts';
import type { Source } from '../../lambdas/sources/source.ts';
import type { Column, Table } from '../../lambdas/sources/table.ts';
import { marketStall } from '../fixtures/market_stall/source.ts';
import type { Documented } from './documented.ts';

/** Every source of the registry, and one that does not exist: for describe.each. */
export const sourcesUnderTest: readonly (readonly [string, Source])[] = [...sources, marketStall].map((source) => [
  source.name,
  source,
]);

/** What a source's fixture says of its API; a source comes with one. */
export async function documentedOf(source: Source): Promise<Documented> {
  const fixture = (await import(`../fixtures/${source.name}/documented.ts`)) as { documented: Documented };
  return fixture.documented;
}

export interface Place {
  readonly table: Table;
  readonly column: Column;
}

/** Where a source puts the fields of a record: path, as `Documented.fields` has it, → table and column. */
export function placesOf(source: Source): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const table of source.tables) {
    for (const column of table.columns) {
      if (column.path === null || (table.shape === 'entries' && column.name === 'key')) continue;
      places.set(pathOf(table, column.path), { table, column });
    }
  }
  return places;
}

function pathOf(table: Table, column: string): string {
  if (table.shape === 'record') return column;
  if (table.shape === 'values') return `${table.path}[]`;
  return table.shape === 'entries' ? `${table.path}.*` : `${table.path}[].${column}`;
}
