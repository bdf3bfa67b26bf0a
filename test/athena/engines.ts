import { Readable } from 'node:stream';
import type { SqlQuery } from '../../lambdas/athena/sql-query.ts';
import {
  anonymousDatabase,
  anonymousDatabaseOf,
  databasesOf,
  historyDatabase,
} from '../../lambdas/warehouse/databases.ts';
import { openLakeQuery } from '../../local/lake-query.ts';
import { bothInstances } from '../support/lake-builder.ts';
import { describedEngines, type LakeName } from './engines-description.ts';
import { type Comparable, comparable, type EngineAnswer } from './same-answer.ts';
import { askTrino, type TrinoAnswer } from './trino-query.ts';

/**
 * One lake before both engines. The same SQL goes to both, but for the history's database: `history.` or its full name
 * in the query, each engine's own name in what it is asked.
 */
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
      askTrino(
        { port: trinoPort, database, ...(timeZone && { timeZone }) },
        sql.replaceAll(historyName, `${history}.`),
      ),
    duck: (sql) => duckdb.run(sql.replaceAll(historyName, `${historyDatabase}.`)),
    close: () => duckdb.close(),
  };
}

/** Trino in the place of the engine that code of ours asks. */
export const trinoAsQuery = ({ trino }: Engines): SqlQuery => ({
  run: trino,
  stream: async (sql) => {
    const { columns, rows } = await trino(sql);
    return { columns, batches: Readable.from([rows]) };
  },
  interrupt: () => {},
  close: () => {},
});

const historyName = new RegExp(`\\b(${historyDatabase}|history)\\.`, 'g');

/** An ORDER BY of the whole query: what stands in brackets is a window's or a subquery's. */
function isOrdered(sql: string): boolean {
  let outside = sql;
  for (let before = ''; before !== outside; ) {
    before = outside;
    outside = outside.replaceAll(/\([^()]*\)/g, '');
  }
  return /\border by\b/i.test(outside);
}

/**
 * Both engines answer the same columns, types and rows, in the same order where the query has one. Every column must
 * have a name: what has none, each engine names by itself.
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
  expect({ columns: trino.columns }).toEqual({ columns: duck.columns });
  // Not the whole arrays: jest takes minutes to draw the difference of thousands of long texts.
  const wrong = trino.rows.findIndex((row, index) => row !== duck.rows[index]);
  if (wrong >= 0) expect({ sql, row: trino.rows[wrong] }).toEqual({ sql, row: duck.rows[wrong] });
  expect({ sql, rows: trino.rows.length }).toEqual({ sql, rows: duck.rows.length });
  return trino;
}
