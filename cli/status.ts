import type { Command } from 'commander';
import type { CommandIo, ExitCode } from './command-io.ts';
import { lakeOption } from './lake-option.ts';
import { runStatusCommand } from './run-status.ts';

export function addStatusCommand(program: Command, io: CommandIo, done: (code: ExitCode) => void): void {
  program
    .command('status')
    .summary('what the lake holds, and what is unfinished')
    .description('Per source: the last sync, payments, the newest payment, the watermark, anything unfinished.')
    .addOption(lakeOption())
    .option('--json', 'one JSON object on stdout')
    .action(async (options: { lake: string; json?: true }) => {
      done(await runStatusCommand({ lake: options.lake, json: options.json === true }, io));
    });
}
