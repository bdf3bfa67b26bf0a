import { Command, CommanderError } from 'commander';
import { UsageError } from '../lambdas/errors.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { addQueryCommand } from './query.ts';
import { addStatusCommand } from './status.ts';
import { addSyncCommand } from './sync.ts';

/** npx passes a terminal's Ctrl-C on to a process that has had it from the terminal already. */
const sameSignalMs = 500;

/** The command as a process: signals, pipes that close, one line for an error, the exit code. */
export async function main(args: readonly string[]): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  const io: CommandIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    interrupted: interruption(),
  };
  const code = await runCommand(args, io);
  // Not process.exitCode: a socket kept alive must not keep the command alive. What was written goes out first.
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

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
  addStatusCommand(program, io, done);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return report(error, io);
  }
}

function report(error: unknown, io: CommandIo): ExitCode {
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

function interruption(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!controller.signal.aborted) {
        first = performance.now();
        controller.abort();
      } else if (performance.now() - first > sameSignalMs) process.exit(130);
    });
  }
  return controller.signal;
}

/** `| head` has read enough: the rest goes nowhere, and that is no failure. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
}

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write('', () => resolve());
  });
