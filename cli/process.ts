import type { CommandIo, ExitCode } from './command-io.ts';

/** npx and npm pass a terminal's Ctrl-C on to a process that has had it from the terminal already. */
const sameSignalMs = 500;

/** A command as a process: signals, pipes that close, the exit code. */
export async function runAsProcess(command: (io: CommandIo) => Promise<ExitCode>): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  const code = await command({
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    interrupted: interruption(),
  });
  // Not process.exitCode: a socket kept alive must not keep the command alive. What was written goes out first.
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
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
