import { writeFileSync } from 'node:fs';
import { runCommand } from '../../cli/main.ts';
import { collectedIo } from '../support/collected-io.ts';
import { commetInstance, emptyFolder, writeFile, writeLakeFile } from '../support/lake-builder.ts';

async function run(args: string[], env: Record<string, string> = {}) {
  const { io, out, err } = collectedIo(env);
  const code = await runCommand(args, io);
  return { code, out: out(), err: err() };
}

const lake = emptyFolder();
beforeAll(async () => {
  writeLakeFile(lake);
  await writeFile(lake, commetInstance, 'payments', 'l1', [
    { payment_id: 'a', amount_total: 100, currency: 'EUR', livemode: true },
  ]);
});

describe('help', () => {
  test.each([[['--help']], [['help']], [['sync', '--help']], [['help', 'query']]])(
    '%p is answered on stdout, exit 0',
    async (args) => {
      const { code, out, err } = await run(args);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^Usage: payments-lake/);
    },
  );

  test('no command at all shows it on stderr, exit 2', async () => {
    const { code, out, err } = await run([]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^Usage: payments-lake/);
  });

  test.each([
    [
      'sync',
      [
        '--api',
        '--backfill',
        '--from',
        '--to',
        '--filter',
        '--rewrite',
        '--confirm-deletions',
        '--personal-data',
        '--rate',
        '--lake',
        '--stack',
        '--base-url',
        '--same-account',
        '--json',
      ],
    ],
    ['query', ['--lake', '--stack', '--format']],
    ['status', ['--lake', '--stack', '--json']],
    ['reconcile', ['--explain', '--repair', '--lake', '--stack', '--json']],
    ['compact', ['--lake', '--stack', '--json']],
  ])('%s has exactly its options', async (command, options) => {
    const { out } = await run([command, '--help']);
    expect(out.match(/^ {2}(?:-h, )?--[a-z-]+/gm)?.map((line) => line.trim())).toEqual([...options, '-h, --help']);
  });
});

describe('wrongly called, it says so in one line, exit 2:', () => {
  test.each([
    [['snyc'], "unknown command 'snyc' (Did you mean sync?)"],
    [['sync', '--jsno'], "unknown option '--jsno' (Did you mean --json?)"],
    [['sync', '--from'], "option '--from <date>' argument missing"],
    [
      ['sync', '--from', 'tomorrow'],
      "--from must be a day, YYYY-MM-DD, or an instant such as 2026-03-01T12:00:00Z, got 'tomorrow'",
    ],
    [
      ['sync', 'stripe'],
      "SOURCE must be one of commet, checkout_page, got 'stripe'; for another account add --api and the API it belongs to",
    ],
    [['sync', 'shop', '--api', 'stripe'], "--api must be one of commet, checkout_page, got 'stripe'"],
    [
      ['sync', '--filter', 'status=paid'],
      "--filter: commet has the filters customerId, got 'status'; name the SOURCE that has it",
    ],
    [['sync', '--lake', ' '], "option '--lake <dir>' argument ' ' is invalid. It is a folder, got nothing."],
    [['query'], "missing required argument 'sql'"],
    [['query', 'SELECT 1', 'SELECT 2'], "too many arguments for 'query'. Expected 1 argument but got 2."],
    [
      ['query', 'SELECT 1', '--format', 'xml'],
      "option '--format <format>' argument 'xml' is invalid. Allowed choices are table, csv, json.",
    ],
    [
      ['query', 'SELECT * FROM paymints', '--lake', lake],
      'Catalog Error: Table with name paymints does not exist! Did you mean "payments"? at line 1:15',
    ],
    [
      ['query', 'SELECT * FROM payments_lake_histroy.commet_payments', '--lake', lake],
      'Catalog Error: Table with name "payments_lake_histroy.commet_payments" does not exist because schema "payments_lake_histroy" does not exist at line 1:15; did you mean payments_lake_history.commet_payments?',
    ],
    [
      ['query', 'SELECT * FROM customers', '--lake', lake],
      'Catalog Error: Table with name customers does not exist! at line 1:15; payments-lake describe lists those there are',
    ],
    [['status', 'commet'], "too many arguments for 'status'. Expected 0 arguments but got 1."],
  ])('%p', async (args, message) => {
    expect(await run(args)).toEqual({ code: 2, out: '', err: `payments-lake: ${message}\n` });
  });
});

describe('query', () => {
  test.each([
    ['csv', 'payment_id,amount_total,amount_total_major\na,100,1.0000\n'],
    ['json', '[\n{"payment_id":"a","amount_total":100,"amount_total_major":1.0000}\n]\n'],
  ])('answers as %s', async (format, out) => {
    const sql = 'SELECT payment_id, amount_total, amount_total_major FROM payments';
    expect(await run(['query', sql, '--lake', lake, '--format', format])).toEqual({ code: 0, out, err: '' });
  });

  test('answers as a table when no format is given', async () => {
    const { code, out } = await run([
      'query',
      'SELECT payment_id FROM payments_lake_history.commet_payments',
      '--lake',
      lake,
    ]);
    expect(code).toBe(0);
    expect(out.split('\n')[3]).toBe('│ a          │');
  });

  test('a lake that is not there is named with the next step, exit 1', async () => {
    const missing = emptyFolder();
    const err = `payments-lake: no lake at ${missing}: check --lake, or run payments-lake sync first\n`;
    expect(await run(['query', 'SELECT 1', '--lake', missing])).toEqual({ code: 1, out: '', err });
  });

  test('a lake that is a file, or of a newer version, is refused in one line', async () => {
    const file = emptyFolder();
    writeFileSync(file, '');
    expect((await run(['query', 'SELECT 1', '--lake', file])).err).toMatch(/^payments-lake: [^\n]+\n$/);
    const newer = emptyFolder();
    writeLakeFile(newer);
    writeFileSync(`${newer}/lake.json`, JSON.stringify({ format: 99, instances: {} }));
    const { code, err } = await run(['query', 'SELECT 1', '--lake', newer]);
    expect(code).toBe(1);
    expect(err).toMatch(/made by a newer payments-lake/);
  });

  test('interrupted before it runs, it ends with 130', async () => {
    const { io, err, interrupt } = collectedIo();
    const running = runCommand(
      ['query', 'SELECT sum(a.range * b.range) FROM range(100000000) a, range(100000000) b', '--lake', lake],
      io,
    );
    const ended = running.then((code) => ({ code, err: err() }));
    interrupt();
    expect(await ended).toEqual({ code: 130, err: expect.stringMatching(/^payments-lake: [^\n]*\n$/) });
  });
});

test('a stack is shown with PAYMENTS_LAKE_DEBUG=1 only', async () => {
  const args = ['sync', '--from', 'tomorrow'];
  expect((await run(args, { PAYMENTS_LAKE_DEBUG: '1' })).err).toMatch(/\n {4}at /);
  expect((await run(args)).err).not.toMatch(/\n {4}at /);
});
