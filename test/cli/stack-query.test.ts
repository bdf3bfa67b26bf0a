import { runCommand } from '../../cli/main.ts';
import { restoreAwsEnvironment, setAwsEnvironment } from '../support/aws-environment.ts';
import { type AwsServer, awsServer, type Operation } from '../support/aws-server.ts';
import { type Checkpoints, closeCheckpoints, startCheckpoints } from '../support/checkpoints.ts';
import { collectedIo } from '../support/collected-io.ts';
import { describeStacks } from '../support/stack-outputs.ts';

let server: AwsServer | null = null;
afterEach(async () => {
  restoreAwsEnvironment();
  await server?.close();
  server = null;
  await closeCheckpoints();
});

const answer = (columns: readonly (readonly [string, string])[], rows: readonly (readonly (string | null)[])[]) => ({
  ResultSet: {
    ResultSetMetadata: { ColumnInfo: columns.map(([Name, Type]) => ({ Name, Type })) },
    Rows: [columns.map(([name]) => name), ...rows].map((row) => ({
      Data: row.map((text) => (text === null ? {} : { VarCharValue: text })),
    })),
  },
});

const execution = (Status: object) => () => ({
  QueryExecution: { Status, Statistics: { DataScannedInBytes: 3_012_345 }, StatementType: 'DML' },
});

async function stack(operations: Readonly<Record<string, Operation>>, dynamo?: Checkpoints) {
  server = await awsServer({
    'CloudFormation.DescribeStacks': describeStacks(),
    'Athena.StartQueryExecution': () => ({ QueryExecutionId: 'q-1' }),
    'Athena.GetQueryExecution': execution({ State: 'SUCCEEDED' }),
    'Athena.StopQueryExecution': () => ({}),
    ...operations,
  });
  setAwsEnvironment({
    AWS_ENDPOINT_URL: server.url,
    ...(dynamo && { AWS_ENDPOINT_URL_DYNAMODB: dynamo.address }),
  });
}

async function run(...args: string[]) {
  const { io, out, err } = collectedIo();
  const code = await runCommand([...args, '--stack', 'Lake'], io);
  return { code, out: out(), err: err() };
}

describe('query', () => {
  const rows = {
    'Athena.GetQueryResults': () =>
      answer(
        [
          ['id', 'varchar'],
          ['total', 'bigint'],
        ],
        [
          ['a', '12'],
          ['b', null],
        ],
      ),
  };

  test.each([
    ['csv', 'id,total\na,12\nb,\n'],
    ['json', '[\n{"id":"a","total":12},\n{"id":"b","total":null}\n]\n'],
  ])("Athena's rows are written as %s as DuckDB's are, and the bytes scanned on stderr", async (format, out) => {
    await stack(rows);
    expect(await run('query', 'SELECT id, total FROM payments', '--format', format)).toEqual({
      code: 0,
      out,
      err: 'payments-lake: 3,012,345 bytes scanned (3.0 MB; Athena bills 10 MB at least)\n',
    });
    expect(server?.calls[1]?.input).toMatchObject({
      WorkGroup: 'payments_lake_dev',
      QueryExecutionContext: { Database: 'payments_lake_dev' },
    });
  });

  test("a wrong query is told in Athena's words, exit 2", async () => {
    const StateChangeReason = "COLUMN_NOT_FOUND: line 1:8: Column 'amout' cannot be resolved";
    const AthenaError = { ErrorCategory: 2, Retryable: false };
    await stack({ 'Athena.GetQueryExecution': execution({ State: 'FAILED', StateChangeReason, AthenaError }) });
    expect(await run('query', 'SELECT amout FROM payments')).toEqual({
      code: 2,
      out: '',
      err: `payments-lake: ${StateChangeReason}\n`,
    });
  });

  test.each([
    ['paymints', '; did you mean payments?'],
    ['shop_tax_brekdown', '; did you mean shop_tax_breakdown?'],
    ['TAX_LINE', '; did you mean tax_lines?'],
    ['invoices', ''],
  ])('an unknown table %s is told with the nearest one there is, its place kept', async (name, suggested) => {
    const reason = `TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.payments_lake_dev.${name}' does not exist`;
    const AthenaError = { ErrorCategory: 2, Retryable: false, ErrorMessage: reason };
    await stack({ 'Athena.GetQueryExecution': execution({ State: 'FAILED', AthenaError }) });
    expect(await run('query', `SELECT * FROM ${name}`)).toEqual({
      code: 2,
      out: '',
      err: `payments-lake: ${reason}${suggested}\n`,
    });
  });

  test('an unknown database is told with the nearest one there is', async () => {
    const reason = "SCHEMA_NOT_FOUND: line 1:15: Schema 'payments_lake_histroy_dev' does not exist";
    const AthenaError = { ErrorCategory: 2, Retryable: false, ErrorMessage: reason };
    await stack({ 'Athena.GetQueryExecution': execution({ State: 'FAILED', AthenaError }) });
    const { err } = await run('query', 'SELECT * FROM payments_lake_histroy_dev.shop_payments');
    expect(err).toBe(`payments-lake: ${reason}; did you mean payments_lake_history_dev?\n`);
  });

  test('Ctrl-C stops it in Athena, exit 130', async () => {
    const { io, err, interrupt } = collectedIo();
    await stack({
      'Athena.GetQueryExecution': () => {
        interrupt();
        return { QueryExecution: { Status: { State: 'RUNNING' } } };
      },
    });
    expect(await runCommand(['query', 'SELECT 1', '--stack', 'Lake'], io)).toBe(130);
    expect(err()).toBe('payments-lake: the query was interrupted\n');
    expect(server?.calls.at(-1)?.operation).toBe('Athena.StopQueryExecution');
  });
});

describe('status', () => {
  const counted = {
    'Athena.GetQueryResults': () =>
      answer(
        [
          ['instance', 'varchar'],
          ['n', 'bigint'],
          ['newest', 'timestamp'],
        ],
        [['shop', '5000', '2026-06-30 22:01:00.000']],
      ),
  };
  const syncState = {
    mode: 'incremental',
    syncId: 'sync-1',
    phase: 'running',
    startedAt: Date.UTC(2026, 6, 1, 4),
    finishedAt: null,
    counts: { records: 1200, written: 700, unchanged: 500, loads: 2 },
    watermark: { at: Date.UTC(2026, 5, 30, 3), account: 'seller' },
  };

  test('tells the checkpoints, the failures noted since, and what Athena counts', async () => {
    const dynamo = await startCheckpoints();
    await stack(counted, dynamo);
    await dynamo.table.move({ instance: 'shop', item: 'sync#incremental' }, null, syncState);
    const failure = {
      syncId: 'sync-1',
      message: 'the key is refused (401)',
      lasting: true,
      at: Date.UTC(2026, 6, 1, 5),
    };
    await dynamo.table.move({ instance: 'shop', item: 'failure#incremental' }, null, failure);
    await dynamo.table.move({ instance: 'shop', item: 'budget' }, null, {});
    const { code, out, err } = await run('status', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out).sources).toMatchObject([
      { source: 'commet', api: 'commet', lastSync: null, payments: 0, newestPayment: null, failures: [] },
      {
        source: 'shop',
        api: 'checkout_page',
        payments: 5000,
        newestPayment: '2026-06-30T22:01:00.000Z',
        watermark: '2026-06-30T03:00:00.000Z',
        unfinished: [{ sync: 'incremental', records: 1200, loads: 2 }],
        failures: [{ sync: 'incremental', at: '2026-07-01T05:00:00.000Z', message: 'the key is refused (401)' }],
      },
    ]);
    expect((await run('status')).out).toContain(
      'failed      incremental, 2026-07-01T05:00:00.000Z: the key is refused (401)',
    );
  });

  test('a failure that a later sync has made good is told no more', async () => {
    const dynamo = await startCheckpoints();
    await stack(counted, dynamo);
    const done = { ...syncState, phase: 'done', finishedAt: Date.UTC(2026, 6, 1, 6) };
    await dynamo.table.move({ instance: 'shop', item: 'sync#incremental' }, null, done);
    const failure = { syncId: null, message: 'x', lasting: false, at: Date.UTC(2026, 6, 1, 5) };
    await dynamo.table.move({ instance: 'shop', item: 'failure#incremental' }, null, failure);
    expect(JSON.parse((await run('status', '--json')).out).sources[1].failures).toEqual([]);
  });

  test('where Athena refuses, it says so on stderr and tells the rest', async () => {
    await stack(
      { 'Athena.GetQueryExecution': execution({ State: 'FAILED', StateChangeReason: 'no view' }) },
      await startCheckpoints(),
    );
    const { code, out, err } = await run('status', '--json');
    expect({ code, err }).toEqual({ code: 0, err: 'payments-lake: payments are not counted: no view\n' });
    expect(JSON.parse(out).sources[1]).toMatchObject({ source: 'shop', payments: null });
  });
});
