import type { Command } from 'commander';
import type { CommandIo, ExitCode } from './command-io.ts';
import { lakeOption } from './lake-option.ts';
import { runCompactCommand } from './run-compact.ts';
import { refuseBesideStack, stackOption } from './stack-option.ts';

interface Options {
  readonly lake: string;
  readonly stack?: string;
  readonly json?: true;
}

export function addCompactCommand(program: Command, io: CommandIo, done: (code: ExitCode) => void): void {
  program
    .command('compact')
    .summary('folds the many small files of a month into large ones')
    .description(
      `Folds the small files of each table and month into sorted files of about 128 MB, every version kept. What they \
replace is deleted by a compact run a day later or after, so that queries that listed it can end.`,
    )
    .argument('[table]', 'a table as its folder is named, such as commet_payments; none: all of them')
    .addOption(lakeOption())
    .addOption(stackOption())
    .option('--json', 'one JSON object on stdout at the end, logs on stderr')
    .addHelpText(
      'after',
      `
A month with fewer than 8 small files is left as it is. Ctrl-C ends it after the files in hand; killed, it loses only those.
With --stack the stack's function does it, four months at a time; it also does so by itself every week.
Ends with 0 done, 1 failed, 2 wrongly called, 130 interrupted.`,
    )
    .action(async (table: string | undefined, options: Options, command: Command) => {
      const { json = false } = options;
      if (options.stack === undefined) return done(await runCompactCommand({ lake: options.lake, table, json }, io));
      refuseBesideStack(command);
      const { runStackCompact } = await import('./run-stack-compact.ts');
      return done(await runStackCompact({ stack: options.stack, table, json }, io));
    });
}
