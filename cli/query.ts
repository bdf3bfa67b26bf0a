import { type Command, Option } from 'commander';
import { TerminalError } from '../lambdas/errors.ts';
import { sources } from '../lambdas/sources/index.ts';
import { lakeInstances, readLakeFile } from '../local/lake.ts';
import { openLakeQuery } from '../local/lake-query.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { lakeOption } from './lake-option.ts';
import { type Format, formats, writeAnswer } from './query-formats.ts';

interface QueryOptions {
  readonly lake: string;
  readonly format: Format;
}

export function addQueryCommand(program: Command, io: CommandIo, done: (code: ExitCode) => void): void {
  program
    .command('query')
    .summary('SQL over the lake')
    .description(
      `Runs SQL (DuckDB's) over the lake: the current views and payments in payments_lake, which is the default schema, \
every version ever loaded in payments_lake_history. Times are UTC.`,
    )
    .argument('<sql>', 'one statement or several; the last one is answered')
    .addOption(lakeOption())
    .addOption(new Option('--format <format>', 'how the answer is written').choices(formats).default('table'))
    .addHelpText(
      'after',
      `
table shows the first 10,000 rows. csv: NULL is empty, empty text is "". json: an array of objects; a number that a
double would round (beyond ±9007199254740991) is a text of its digits, and a column name met again becomes name_2.
The answer is held in memory; for a large export let the SQL write it: COPY (SELECT ...) TO 'payments.csv'.

  payments-lake query "SELECT status, count(*) FROM payments GROUP BY ALL"`,
    )
    .action(async (sql: string, options: QueryOptions) => done(await query(sql, options, io)));
}

async function query(sql: string, { lake, format }: QueryOptions, io: CommandIo): Promise<ExitCode> {
  if ((await readLakeFile(lake)) === null) throw new TerminalError(`no lake at ${lake}: run payments-lake sync first`);
  const opened = await openLakeQuery(lake, await lakeInstances(lake, sources));
  const interrupt = () => opened.interrupt();
  io.interrupted.addEventListener('abort', interrupt);
  if (io.interrupted.aborted) interrupt();
  try {
    await writeAnswer(await opened.stream(sql), format, io);
    return 0;
  } finally {
    io.interrupted.removeEventListener('abort', interrupt);
    opened.close();
  }
}
