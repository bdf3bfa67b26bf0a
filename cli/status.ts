import type { Command } from 'commander';
import type { CommandIo, ExitCode } from './command-io.ts';
import { lakeOption } from './lake-option.ts';
import { runStatusCommand } from './run-status.ts';
import { refuseBesideStack, stackOption } from './stack-option.ts';

export function addStatusCommand(program: Command, io: CommandIo, done: (code: ExitCode) => void): void {
  program
    .command('status')
    .summary('what the lake holds, and what is unfinished')
    .description('Per source: the last sync, payments, the newest payment, the watermark, drift, anything unfinished.')
    .addOption(lakeOption())
    .addOption(stackOption())
    .option('--json', 'one JSON object on stdout')
    .action(async (options: { lake: string; stack?: string; json?: true }, command: Command) => {
      const json = options.json === true;
      if (options.stack === undefined) return done(await runStatusCommand({ lake: options.lake, json }, io));
      refuseBesideStack(command);
      const { runStackStatus } = await import('./run-stack-status.ts');
      return done(await runStackStatus({ stack: options.stack, json }, io));
    });
}
