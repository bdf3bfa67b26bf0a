import type { SqlQuery } from '../../lambdas/athena/sql-query.ts';
import { anonymousDatabase, anonymousDatabaseOf, databasesOf } from '../../lambdas/warehouse/databases.ts';
import { openLakeQuery } from '../../local/lake-query.ts';
import { bothInstances } from '../support/lake-builder.ts';
import { describedEngines, type LakeName } from './engines-description.ts';
import { type Comparable, comparable, type EngineAnswer } from './same-answer.ts';
import { askTrino, type TrinoAnswer } from './trino-query.ts';

/** One lake before both engines. The same SQL goes to both, but for `history.`: the database as each engine names it. */
export interface Engines {
  readonly duckdb: SqlQuery;
  trino(sql: string, timeZone?: string): Promise<TrinoAnswer>;
  /** What DuckDB answers, of a query whose names are looked up in payments_lake. */
  duck(sql: string): Promise<EngineAnswer>;
  close(): void;
}

/** @param which the views of the current database, or those without personal columns */
export async function openEngines(name: LakeName, which: 'current' | 'anonymous' = 'current'): Promise<Engines> {
  const { trinoPort, lakes } = describedEngines();
  const { dir, stage } = lakes[name];
  const { current, history } = databasesOf(stage);
  const database = which === 'current' ? current : anonymousDatabaseOf(stage);
  const duckdb = await openLakeQuery(dir, bothInstances);
  if (which === 'anonymous') await duckdb.run(`SET search_path = '${anonymousDatabase}'`);
  return {
    duckdb,
    trino: (sql, timeZone) =>
      askTrino({ port: trinoPort, database, ...(timeZone && { timeZone }) }, sql.replaceAll('history.', `${history}.`)),
    duck: (sql) => duckdb.run(sql.replaceAll('history.', 'payments_lake_history.')),
    close: () => duckdb.close(),
  };
}

/** Rows in order only where the query says which. */
const isOrdered = (sql: string): boolean => !sql.endsWith(') AS saved') && /\border by\b(?![^()]*\))/i.test(sql);

/**
 * Both engines answer the same columns, types and rows.
 *
 * @param forDuckDb the same query in DuckDB's words, where it has other ones
 * @returns the answer
 */
export async function expectSameAnswer(
  engines: Engines,
  sql: string,
  { timeZone, forDuckDb = sql }: { readonly timeZone?: string; readonly forDuckDb?: string } = {},
): Promise<Comparable> {
  const trino = comparable(await engines.trino(sql, timeZone), isOrdered(sql));
  const duck = comparable(await engines.duck(forDuckDb), isOrdered(sql));
  // What has no name in the query, each engine names by itself.
  const named = trino.columns.map((column, index) =>
    column.startsWith('_col')
      ? `${column.split(' ')[0]} ${duck.columns[index]?.split(' ').at(-1)}`
      : duck.columns[index],
  );
  expect({ columns: trino.columns }).toEqual({ columns: named });
  // Not the whole arrays: jest takes minutes to draw the difference of thousands of long texts.
  const wrong = trino.rows.findIndex((row, index) => row !== duck.rows[index]);
  if (wrong >= 0) expect({ sql, row: trino.rows[wrong] }).toEqual({ sql, row: duck.rows[wrong] });
  expect({ sql, rows: trino.rows.length }).toEqual({ sql, rows: duck.rows.length });
  return trino;
}
