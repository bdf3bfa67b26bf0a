import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { types } from 'node:util';
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult, ResultReturnType } from '@duckdb/node-api';
import type { Answer, AnswerStream, SqlQuery } from '../lambdas/athena/sql-query.ts';
import { TerminalError, UsageError } from '../lambdas/errors.ts';
import { allViews } from '../lambdas/warehouse/all-views.ts';
import { anonymousViews } from '../lambdas/warehouse/anonymous-views.ts';
import type { View } from '../lambdas/warehouse/current-view.ts';
import { anonymousDatabase, currentDatabase, historyDatabase, shownColumns } from '../lambdas/warehouse/databases.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { emptySelect, quoted, sqlType, textLiteral, typedNull } from '../lambdas/warehouse/sql.ts';
import { sayDuckDbError } from './duckdb-error.ts';
import { answer, resultColumns } from './duckdb-result.ts';
import { type LakeTable, listLake } from './lake-files.ts';

/**
 * SQL over the files a lake had when it was opened. Close it, or the process lives on. Several statements run too, and
 * the last one is answered; DuckDB holds the answer whole, this process a batch of it.
 */
export type LakeQuery = SqlQuery;

/**
 * Opens a lake for SQL: history tables in `payments_lake_history`, current views and `payments` in `payments_lake`,
 * which is also the default schema. The time zone is UTC, as in Athena.
 *
 * @param dir may be empty or missing: then every table is there, without a row
 * @param instances all that the lake holds
 * @throws {TerminalError} naming a file that is damaged
 */
export async function openLakeQuery(dir: string, instances: readonly Instance[]): Promise<LakeQuery> {
  const tables = await listLake(dir, instances);
  // By default an in-memory database spills into the working directory.
  const duckdb = await DuckDBInstance.create(':memory:', { temp_directory: join(tmpdir(), 'payments-lake-query') });
  const connection = await duckdb.connect();
  const close = () => {
    connection.closeSync();
    duckdb.closeSync();
  };
  try {
    await defineViews(connection, tables, instances);
  } catch (error) {
    close();
    // Without the line of our own SQL that it stopped at.
    const told = sayDuckDbError((error as Error).message.replace(/\n\s*LINE \d+:.*$/s, ''), '');
    throw new TerminalError(
      `the lake ${dir} can't be read: ${told}; run it again, and if it stays so put that file back from a backup`,
    );
  }
  const stopped = { yes: false };
  const names = [
    ...tables.map(({ name }) => `${historyDatabase}.${name}`),
    ...allViews(instances, 'duckdb').map(({ name }) => `${currentDatabase}.${name}`),
    ...anonymousViews(instances, 'duckdb').map(({ name }) => `${anonymousDatabase}.${name}`),
  ];
  const stream = (sql: string) => explained(sql, () => runAll(connection, sql, stopped), names);
  return {
    stream,
    run: async (sql) => {
      const { columns, batches } = await stream(sql);
      const rows: Answer[][] = [];
      for await (const batch of batches) rows.push(...batch);
      return { columns, rows };
    },
    interrupt: () => {
      stopped.yes = true;
      connection.interrupt();
    },
    close,
  };
}

async function defineViews(connection: DuckDBConnection, tables: LakeTable[], instances: readonly Instance[]) {
  await connection.run(`SET TimeZone = 'UTC'`);
  await connection.run(`SET parquet_metadata_cache = true`);
  for (const schema of [historyDatabase, currentDatabase, anonymousDatabase])
    await connection.run(`CREATE SCHEMA ${quoted(schema)}`);
  for (const { name, columns } of tables) {
    await defineView(connection, historyDatabase, { name, sql: emptySelect(shownColumns({ columns }), 'duckdb') });
  }
  for (const view of allViews(instances, 'duckdb')) await defineView(connection, currentDatabase, view);
  for (const view of anonymousViews(instances, 'duckdb')) await defineView(connection, anonymousDatabase, view);
  // Last, since DuckDB opens every file of every table below a view when it defines the view.
  for (const table of tables.filter(({ files }) => files.length > 0)) {
    await defineView(connection, historyDatabase, { name: table.name, sql: await historySelect(connection, table) });
  }
  await connection.run(`SET search_path = ${textLiteral(currentDatabase)}`);
  // Only so does it tell the position of every error.
  await connection.run('SET errors_as_json = true');
}

const defineView = (connection: DuckDBConnection, schema: string, { name, sql }: Pick<View, 'name' | 'sql'>) =>
  connection.run(`CREATE OR REPLACE VIEW ${quoted(schema)}.${quoted(name)} AS ${sql}`);

/** Every declared column, typed as declared: a column no file has yet is NULL. */
async function historySelect(connection: DuckDBConnection, table: LakeTable): Promise<string> {
  const columns = shownColumns(table);
  const files = table.files.map(textLiteral).join(', ');
  const read = `read_parquet([${files}], union_by_name = true, hive_partitioning = true, hive_types = {'month': VARCHAR})`;
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${read}`);
  const found = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
  const selected = columns.map((column) => {
    const name = quoted(column.name);
    const type = found.get(column.name);
    if (type === undefined) return typedNull(column, 'duckdb');
    // A cast that changes nothing would still keep a filter from the file's statistics.
    return type === sqlType(column.type, 'duckdb')
      ? name
      : `CAST(${name} AS ${sqlType(column.type, 'duckdb')}) AS ${name}`;
  });
  return `SELECT ${selected.join(', ')} FROM ${read}`;
}

/** Whether it was interrupted: DuckDB itself forgets an interruption that comes between two statements. */
interface Stopped {
  yes: boolean;
}

const interrupted = 'the query was interrupted';

async function runAll(connection: DuckDBConnection, sql: string, stopped: Stopped): Promise<AnswerStream> {
  if (isBlank(sql)) throw new UsageError('a query is at least one SQL statement, got none');
  const statements = await connection.extractStatements(sql);
  const last = statements.count - 1;
  for (let index = 0; index < last; index++) {
    if (stopped.yes) throw new UsageError(interrupted);
    await (await statements.prepare(index)).run();
  }
  if (stopped.yes) throw new UsageError(interrupted);
  // Not stream(): of a streamed result, an error after the first rows looks to this client like the end of the rows.
  const result = await (await statements.prepare(last)).run();
  const answersNothing = result.returnType === ResultReturnType.NOTHING;
  return { columns: answersNothing ? [] : resultColumns(result), batches: batches(result) };
}

/** Nothing but comments, semicolons and space. */
const isBlank = (sql: string): boolean => /^[\s;]*$/.test(sql.replace(/--.*$|\/\*[\s\S]*?\*\//gm, ''));

async function* batches(result: DuckDBResult): AsyncGenerator<Answer[][]> {
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk.getRows().map((row) => row.map(answer));
  }
}

async function explained<T>(sql: string, action: () => Promise<T>, names: readonly string[]): Promise<T> {
  try {
    return await action();
  } catch (error) {
    // Not instanceof Error: what the addon throws is an Error of another realm when jest runs it.
    if (error instanceof UsageError || !types.isNativeError(error)) throw error;
    throw new UsageError(sayDuckDbError(error.message, sql, names));
  }
}
