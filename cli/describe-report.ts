import { nearestName } from '../lambdas/athena/nearest-name.ts';
import { UsageError } from '../lambdas/errors.ts';
import { anonymousDatabase, currentDatabase } from '../lambdas/warehouse/databases.ts';
import type { DictionaryColumn, DictionaryTable } from '../lambdas/warehouse/dictionary.ts';

/**
 * The table somebody asked for. A name without a database is one of the views, as it is to a query.
 *
 * @throws {UsageError} with the nearest name there is
 */
export function findTable(typed: string, tables: readonly DictionaryTable[]): DictionaryTable {
  const asked = typed.trim().replaceAll('"', '').toLowerCase();
  const names = (table: DictionaryTable): readonly string[] =>
    table.kind === 'view' ? [table.name, fullName(table)] : [fullName(table)];
  const found = tables.find((table) => names(table).includes(asked));
  if (found) return found;
  const bare = tables.find(({ kind, name }) => kind === 'view' && asked.endsWith(`.${name}`));
  if (bare && asked.startsWith(anonymousDatabase)) return withoutPersonal(bare, asked.slice(0, -bare.name.length - 1));
  const nearest = nearestName(asked, tables.flatMap(names));
  const meant = nearest === null ? ';' : `; did you mean ${nearest}?`;
  throw new UsageError(`there is no table or view '${typed}'${meant} payments-lake describe lists them all`);
}

/** The view of the same name in the database without personal columns. */
const withoutPersonal = (view: DictionaryTable, database: string): DictionaryTable => ({
  ...view,
  database,
  columns: view.columns.filter(({ personal }) => personal === null),
});

const fullName = ({ database, name }: DictionaryTable): string => `${database}.${name}`;

/** One line for each table and view, by database. */
export function listText(tables: readonly DictionaryTable[]): string {
  const width = Math.max(...tables.map(({ name }) => name.length));
  const databases = [...new Set(tables.map(({ database }) => database))];
  const parts = databases.map((database) => {
    const own = tables.filter((table) => table.database === database);
    const lines = own.map(({ name, meaning }) => `  ${name.padEnd(width)}  ${meaning}`);
    return `${database} (${own[0]?.kind === 'view' ? 'the current state' : 'every version ever read'})\n${lines.join('\n')}\n`;
  });
  return `${parts.join('\n')}\n${anonymousDatabase}${(databases[0] ?? '').slice(currentDatabase.length)} has every view of ${databases[0]} without its personal columns.\nOne of them with its columns: payments-lake describe TABLE\n`;
}

/** A table with a paragraph for each column, and the example. */
export function tableText(table: DictionaryTable): string {
  const { kind, meaning, columns, example } = table;
  const width = Math.max(...columns.map(({ name }) => name.length));
  return `${fullName(table)} (${kind}): ${meaning}

${columns.map((column) => columnText(column, width)).join('\n')}

${example.question}

${example.sql.replace(/^/gm, '  ')}
`;
}

function columnText({ name, athena, duckdb, unit, meaning, personal, path }: DictionaryColumn, width: number): string {
  const type = athena.toLowerCase() === duckdb.toLowerCase() ? athena : `${athena} (DuckDB: ${duckdb.toLowerCase()})`;
  const marks = [type, unit, personal === null ? null : `personal: ${personal}`].filter((mark) => mark !== null);
  const lines = [marks.join(', '), meaning, ...(path === null ? [] : [`from ${path}`])];
  return lines.map((line, at) => `  ${(at === 0 ? name : '').padEnd(width)}  ${line}`).join('\n');
}
