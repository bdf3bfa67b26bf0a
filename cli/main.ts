import { Command, CommanderError } from 'commander';
import { UsageError } from '../lambdas/errors.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { addCompactCommand } from './compact.ts';
import { addDescribeCommand } from './describe.ts';
import { runAsProcess } from './process.ts';
import { addQueryCommand } from './query.ts';
import { addReconcileCommand } from './reconcile.ts';
import { addReportCommand } from './report.ts';
import { addStatusCommand } from './status.ts';
import { addSyncCommand } from './sync.ts';

/** The command as a process. */
export const main = (args: readonly string[]): Promise<never> => runAsProcess((io) => runCommand(args, io));

/** Runs one command line; the result is the exit code. Never throws. */
export async function runCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = new Command('payments-lake')
    .description('Commet and Checkout Page payments into a lake of Parquet files, and SQL over it.')
    .exitOverride()
    // An error is printed once, below, in the one form all errors have.
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: () => {},
    })
    .helpCommand(true)
    .showSuggestionAfterError(true);
  const done = (result: ExitCode): void => {
    code = result;
  };
  addSyncCommand(program, io, done);
  addQueryCommand(program, io, done);
  addDescribeCommand(program, io, done);
  addStatusCommand(program, io, done);
  addReconcileCommand(program, io, done);
  addCompactCommand(program, io, done);
  addReportCommand(program, io, done);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return report(error, io);
  }
}

/** What a failed command says, in one line, and what it ends with. */
export function report(error: unknown, io: CommandIo): ExitCode {
  // Help was asked for (0), or no command was given and help was shown instead of an error.
  if (error instanceof CommanderError && error.code.startsWith('commander.help')) return error.exitCode === 0 ? 0 : 2;
  const message = error instanceof Error ? error.message : String(error);
  io.stderr.write(
    `payments-lake: ${message
      .replace(/^error: /, '')
      .trim()
      .replace(/\s*\n\s*/g, ' ')}\n`,
  );
  if (io.env.PAYMENTS_LAKE_DEBUG === '1' && error instanceof Error) io.stderr.write(`${error.stack}\n`);
  if (io.interrupted.aborted) return 130;
  return error instanceof CommanderError || error instanceof UsageError ? 2 : 1;
}
