import { AthenaClient } from '@aws-sdk/client-athena';
import { athenaQuery } from '../../../lambdas/athena/athena-query.ts';
import type { SqlQuery } from '../../../lambdas/athena/sql-query.ts';
import { TerminalError, TransientError, UsageError } from '../../../lambdas/errors.ts';
import { type AwsServer, awsServer, type Operation, Refusal } from '../../support/aws-server.ts';

const opened: { server: AwsServer; query: SqlQuery }[] = [];
afterEach(async () => {
  for (const { server, query } of opened.splice(0)) {
    query.close();
    await server.close();
  }
});

type Cell = string | null;

/** A result as GetQueryResults pages it. */
const page = (columns: readonly object[], rows: readonly Cell[][], NextToken?: string) => ({
  ResultSet: {
    ResultSetMetadata: { ColumnInfo: columns },
    Rows: rows.map((row) => ({ Data: row.map((text) => (text === null ? {} : { VarCharValue: text })) })),
  },
  ...(NextToken && { NextToken }),
});

const succeeded = (StatementType = 'DML') => ({
  QueryExecution: { Status: { State: 'SUCCEEDED' }, Statistics: { DataScannedInBytes: 3_000_000 }, StatementType },
});

/** Athena whose queries end so, on loopback, and the waits between the questions put to it. */
async function athena(operations: Readonly<Record<string, Operation>>) {
  const server = await awsServer({
    'Athena.StartQueryExecution': () => ({ QueryExecutionId: 'q-1' }),
    'Athena.GetQueryExecution': () => succeeded(),
    'Athena.StopQueryExecution': () => ({}),
    ...operations,
  });
  const waits: number[] = [];
  const client = new AthenaClient({
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const query = athenaQuery({
    client,
    workgroup: 'lake',
    database: 'payments_lake',
    sleep: async (ms, signal) => {
      waits.push(ms);
      signal.throwIfAborted();
    },
  });
  opened.push({ server, query });
  const operationsCalled = () => server.calls.map(({ operation }) => operation.replace('Athena.', ''));
  return { server, query, waits, operationsCalled };
}

test('a query runs in the workgroup and its database, under a token that makes a repeat the same query', async () => {
  const { server, query } = await athena({
    'Athena.GetQueryResults': () => page([{ Name: 'n', Type: 'bigint' }], [['n'], ['7']]),
  });
  expect(await query.run('SELECT 7 AS n')).toEqual({ columns: [{ name: 'n', type: 'BIGINT' }], rows: [[7n]] });
  expect(server.calls[0]?.input).toEqual({
    QueryString: 'SELECT 7 AS n',
    WorkGroup: 'lake',
    QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: 'payments_lake' },
    ClientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('it asks ever less often whether the query is done, at most every 2 seconds', async () => {
  let left = 12;
  const { query, waits } = await athena({
    'Athena.GetQueryExecution': () =>
      left-- > 0 ? { QueryExecution: { Status: { State: left > 6 ? 'QUEUED' : 'RUNNING' } } } : succeeded(),
    'Athena.GetQueryResults': () => page([], []),
  });
  await query.run('SELECT 1');
  expect(waits.slice(0, 3)).toEqual([100, 150, 225]);
  expect(waits).toHaveLength(12);
  expect(Math.max(...waits)).toBe(2000);
});

test('every page is read, the names stand in the first one only, and what was scanned is told', async () => {
  const columns = [{ Name: 'id', Type: 'varchar' }];
  const pages: Readonly<Record<string, object>> = {
    none: page(columns, [['id'], ['a'], ['b']], '2'),
    2: page(columns, [['id'], ['c']], '3'),
    3: page(columns, []),
  };
  const { query, operationsCalled } = await athena({
    'Athena.GetQueryResults': ({ NextToken = 'none' }) => pages[String(NextToken)],
  });
  const { batches, scannedBytes } = await query.stream('SELECT id FROM payments');
  const got = [];
  for await (const batch of batches) got.push(batch);
  expect(got).toEqual([
    [['a'], ['b']],
    [['id'], ['c']],
  ]);
  expect(scannedBytes).toBe(3_000_000);
  expect(operationsCalled().filter((name) => name === 'GetQueryResults')).toHaveLength(3);
});

test('a reader that has enough reads no further page', async () => {
  const { query, operationsCalled } = await athena({
    'Athena.GetQueryResults': () => page([{ Name: 'id', Type: 'varchar' }], [['id'], ['a']], 'more'),
  });
  for await (const _ of (await query.stream('SELECT id FROM payments')).batches) break;
  expect(operationsCalled().filter((name) => name === 'GetQueryResults')).toHaveLength(1);
});

test('the first row of SHOW is a row', async () => {
  const { query } = await athena({
    'Athena.GetQueryExecution': () => succeeded('UTILITY'),
    'Athena.GetQueryResults': () => page([{ Name: 'tab_name', Type: 'string' }], [['payments'], ['loads']]),
  });
  expect((await query.run('SHOW TABLES')).rows).toEqual([['payments'], ['loads']]);
});

test.each([
  ['boolean', 'false', false],
  ['tinyint', '-128', -128],
  ['integer', '2147483647', 2147483647],
  ['bigint', '9223372036854775807', 9223372036854775807n],
  ['double', '0.1', 0.1],
  ['double', 'NaN', Number.NaN],
  ['double', '-Infinity', Number.NEGATIVE_INFINITY],
  ['float', '1.5', 1.5],
  ['decimal', '12345678901234567890.10', '12345678901234567890.10'],
  ['varchar', '', ''],
  ['varchar', null, null],
  ['bigint', null, null],
  ['date', '2026-07-01', '2026-07-01'],
  ['timestamp', '2026-07-01 03:00:00.000', '2026-07-01 03:00:00.000'],
  ['timestamp with time zone', '2026-07-01 03:00:00.000 UTC', '2026-07-01 03:00:00.000+00'],
  ['array', '[a, b]', '[a, b]'],
])('a %s %p is answered as %p, as on the laptop', async (Type, text, value) => {
  const { query } = await athena({
    'Athena.GetQueryResults': () => page([{ Name: 'c', Type, Precision: 22, Scale: 2 }], [['c'], [text]]),
  });
  const { columns, rows } = await query.run('SELECT c');
  expect(rows).toEqual([[value]]);
  expect(columns[0]?.type).toBe(Type === 'decimal' ? 'DECIMAL(22,2)' : Type.toUpperCase());
});

describe('what Athena refuses is told in its words:', () => {
  const failing =
    (status: object): Operation =>
    () => ({ QueryExecution: { Status: status } });

  test.each([
    [
      'a query that is wrong',
      failing({
        State: 'FAILED',
        StateChangeReason: "TABLE_NOT_FOUND: line 1:15:\n  Table 'payments_lake.paymints' does not exist",
        AthenaError: { ErrorCategory: 2, Retryable: false },
      }),
      new UsageError("TABLE_NOT_FOUND: line 1:15: Table 'payments_lake.paymints' does not exist"),
    ],
    [
      'one that may succeed again',
      failing({ State: 'FAILED', AthenaError: { ErrorCategory: 1, Retryable: true, ErrorMessage: 'Out of nodes' } }),
      new TransientError('Out of nodes; run it again (query q-1)'),
    ],
    [
      "Athena's own fault",
      failing({ State: 'FAILED', AthenaError: { ErrorCategory: 1, Retryable: false, ErrorMessage: 'Broken' } }),
      new TerminalError('Athena could not run the query: Broken (query q-1)'),
    ],
    [
      'one over the limit of bytes',
      failing({ State: 'CANCELLED', StateChangeReason: 'Bytes scanned limit was exceeded' }),
      new UsageError(
        "Athena cancelled the query: Bytes scanned limit was exceeded; if it is over the workgroup's limit, filter on month or created_at, so that it reads less (query q-1)",
      ),
    ],
  ])('%s', async (_, operation, error) => {
    const { query } = await athena({ 'Athena.GetQueryExecution': operation });
    const thrown = await query.run('SELECT 1').catch((each: Error) => each);
    expect(thrown).toEqual(error);
    expect(thrown).toBeInstanceOf(error.constructor);
  });

  test.each([
    ['InvalidRequestException', UsageError, "line 1:8: mismatched input 'FORM'"],
    ['TooManyRequestsException', TransientError, 'Athena asks to slow down'],
    ['AccessDeniedException', TerminalError, "attach the stack's policy 'analyst'"],
  ])('%s at the start', async (code, kind, text) => {
    const { query, operationsCalled } = await athena({
      'Athena.StartQueryExecution': () => {
        throw new Refusal(code, "line 1:8: mismatched input 'FORM'");
      },
    });
    const thrown = (await query.run('SELECT * FORM x').catch((each: Error) => each)) as Error;
    expect(thrown).toBeInstanceOf(kind);
    expect(thrown.message).toContain(text);
    expect(operationsCalled()).toEqual(['StartQueryExecution']);
  });
});

describe('interrupted', () => {
  test('while it runs, the query is stopped in Athena, so that it is billed no further', async () => {
    const { query, operationsCalled } = await athena({
      'Athena.GetQueryExecution': () => {
        query.interrupt();
        return { QueryExecution: { Status: { State: 'RUNNING' } } };
      },
    });
    await expect(query.run('SELECT 1')).rejects.toThrow(new UsageError('the query was interrupted'));
    expect(operationsCalled().at(-1)).toBe('StopQueryExecution');
  });

  test('before it runs, none is begun', async () => {
    const { query, operationsCalled } = await athena({});
    query.interrupt();
    await expect(query.run('SELECT 1')).rejects.toThrow('the query was interrupted');
    expect(operationsCalled()).toEqual([]);
  });
});
