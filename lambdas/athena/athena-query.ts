import { randomUUID } from 'node:crypto';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  type GetQueryResultsCommandOutput,
  paginateGetQueryResults,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { UsageError } from '../errors.ts';
import { endedWithout, sayAthenaError } from './athena-error.ts';
import { athenaColumn, athenaValue } from './athena-value.ts';
import type { Answer, AnswerStream, SqlQuery } from './sql-query.ts';

export interface AthenaQueryOptions {
  readonly client: AthenaClient;
  /** Its configuration says where results lie, how they are encrypted, and how much a query may scan. */
  readonly workgroup: string;
  /** Where names without a database are looked up. */
  readonly database: string;
  /** Tables, views and databases there are, to suggest one when a query asks for another; none: no suggestion. */
  readonly names?: readonly string[];
  /** @throws the signal's reason once it is aborted */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How long to wait before asking again whether a query is done, ms: it grows by half, up to the most. */
const poll = { first: 100, most: 2000 };

/** One statement at a time, as Athena has it. Rows come in pages of 1000; one page is in memory. */
export function athenaQuery(options: AthenaQueryOptions): SqlQuery {
  const { client } = options;
  const stop = new AbortController();
  const stream = (sql: string): Promise<AnswerStream> => ask(options, sql, stop.signal);
  return {
    stream,
    run: async (sql) => {
      const { columns, batches } = await stream(sql);
      const rows: Answer[][] = [];
      for await (const batch of batches) rows.push(...batch);
      return { columns, rows };
    },
    interrupt: () => stop.abort(),
    close: () => client.destroy(),
  };
}

async function ask(options: AthenaQueryOptions, sql: string, signal: AbortSignal): Promise<AnswerStream> {
  const { client, workgroup, names } = options;
  const queryId = await explained(workgroup, signal, () => start(options, sql));
  let execution: QueryExecution;
  try {
    execution = await explained(workgroup, signal, () => ended(options, queryId, signal));
  } catch (error) {
    // Left to itself it would run on, and be billed. If it can't be stopped, the error that brought us here counts.
    await client.send(new StopQueryExecutionCommand({ QueryExecutionId: queryId })).catch(() => {});
    throw error;
  }
  const { Status = {}, Statistics, StatementType } = execution;
  if (Status.State !== 'SUCCEEDED') throw endedWithout(Status, queryId, names);
  const pages = paginateGetQueryResults({ client }, { QueryExecutionId: queryId }, { abortSignal: signal });
  const next = () => explained(workgroup, signal, () => pages.next());
  const { value: first } = await next();
  const columns = (first?.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(athenaColumn);

  async function* batches(): AsyncGenerator<Answer[][]> {
    let page: GetQueryResultsCommandOutput | undefined = first;
    // Of a SELECT the first row repeats the names; of SHOW, DESCRIBE and EXPLAIN it is a row like the others.
    for (let skip = StatementType === 'DML' ? 1 : 0; page; skip = 0) {
      const rows: Answer[][] = (page.ResultSet?.Rows ?? [])
        .slice(skip)
        .map(({ Data = [] }) => columns.map((column, index) => athenaValue(Data[index] ?? {}, column)));
      if (rows.length > 0) yield rows;
      page = (await next()).value;
    }
  }
  return { columns, batches: batches(), scannedBytes: Statistics?.DataScannedInBytes ?? 0 };
}

async function start({ client, workgroup, database }: AthenaQueryOptions, sql: string): Promise<string> {
  const command = new StartQueryExecutionCommand({
    QueryString: sql,
    WorkGroup: workgroup,
    QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: database },
    // The client sends a request again whose answer was lost: with the token it is one query, billed once.
    ClientRequestToken: randomUUID(),
  });
  return (await client.send(command)).QueryExecutionId as string;
}

/** Waits until a query is done, whatever became of it. */
async function ended({ client, sleep }: AthenaQueryOptions, queryId: string, signal: AbortSignal) {
  for (let wait = poll.first; ; wait = Math.min(poll.most, wait * 1.5)) {
    const command = new GetQueryExecutionCommand({ QueryExecutionId: queryId });
    const { QueryExecution: execution = {} } = await client.send(command, { abortSignal: signal });
    const state = execution.Status?.State;
    if (state !== 'QUEUED' && state !== 'RUNNING') return execution;
    await sleep(wait, signal);
  }
}

async function explained<T>(workgroup: string, signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  try {
    signal.throwIfAborted();
    return await action();
  } catch (error) {
    throw signal.aborted ? new UsageError('the query was interrupted') : sayAthenaError(workgroup, error);
  }
}
