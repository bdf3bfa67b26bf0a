import { type Command, Option } from 'commander';
import { sources } from '../lambdas/sources/index.ts';
import { lakeInstances } from '../local/lake.ts';
import { openLakeQuery } from '../local/lake-query.ts';
import { asking } from './asking.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { lakeOption } from './lake-option.ts';
import { type Format, formats, writeAnswer } from './query-formats.ts';
import { refuseBesideStack, stackOption } from './stack-option.ts';

interface QueryOptions {
  readonly lake: string;
  readonly stack?: string;
  readonly format: Format;
}

export function addQueryCommand(program: Command, io: CommandIo, done: (code: ExitCode) => void): void {
  program
    .command('query')
    .summary('SQL over the lake')
    .description(
      `Runs SQL (DuckDB's; with --stack Athena's) over the lake: the current views and payments in payments_lake, which is the default schema, \
every version ever loaded in payments_lake_history. Times are UTC.`,
    )
    .argument('<sql>', 'one statement or several; the last one is answered')
    .addOption(lakeOption())
    .addOption(stackOption())
    .addOption(new Option('--format <format>', 'how the answer is written').choices(formats).default('table'))
    .addHelpText(
      'after',
      `
table shows the first 10,000 rows. csv: NULL is empty, empty text is "". json: an array of objects; a number that a
double would round (beyond ±9007199254740991) is a text of its digits, and a column name met again becomes name_2.
The answer is held in memory; for a large export let the SQL write it: COPY (SELECT ...) TO 'payments.csv'.
With --stack one statement of Athena's SQL runs in the stack's workgroup; what it scanned is told on stderr.

  payments-lake query "SELECT status, count(*) FROM payments GROUP BY ALL"`,
    )
    .action(async (sql: string, options: QueryOptions, command: Command) => {
      if (options.stack !== undefined) refuseBesideStack(command);
      done(await query(sql, options, io));
    });
}

async function query(sql: string, { lake, stack, format }: QueryOptions, io: CommandIo): Promise<ExitCode> {
  const opened =
    stack === undefined
      ? await openLakeQuery(lake, await lakeInstances(lake, sources))
      : await (await import('./stack-query.ts')).stackQuery(stack);
  await asking(opened, io.interrupted, async () => {
    const answer = await opened.stream(sql);
    await writeAnswer(answer, format, io);
    if (answer.scannedBytes !== undefined) io.stderr.write(`payments-lake: ${scanned(answer.scannedBytes)}\n`);
  });
  return 0;
}

const scanned = (bytes: number): string =>
  `${bytes.toLocaleString('en')} bytes scanned (${(bytes / 1_000_000).toFixed(1)} MB; Athena bills 10 MB at least)`;
