import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Default 300. */
  readonly timeoutSeconds?: number;
}

/** Children that are still there, each the leader of a group of its own, so that its own children end with it. */
const running = new Set<ChildProcess>();

/**
 * Runs a command to its end.
 *
 * @returns what it printed, both streams
 * @throws with the last lines it printed, if it failed or took too long
 */
export async function run(command: string, args: readonly string[], options: ProcessOptions = {}): Promise<string> {
  const { timeoutSeconds = 300, ...spawning } = options;
  const child = spawn(command, args, { ...spawning, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  running.add(child);
  let printed = '';
  const collect = (chunk: Buffer) => {
    printed += chunk.toString('utf8');
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    signalGroup(child, 'SIGKILL');
  }, timeoutSeconds * 1000);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) return printed;
    const why = isLate ? `took longer than ${timeoutSeconds} s` : `ended with ${code ?? child.signalCode}`;
    throw new Error(`${command} ${args.join(' ')} ${why}:\n${printed.trimEnd().split('\n').slice(-40).join('\n')}`);
  } finally {
    clearTimeout(timer);
    running.delete(child);
  }
}

/** Runs a command whose output the user sees. @throws if it failed or took too long */
export async function runInForeground(
  command: string,
  args: readonly string[],
  { timeoutSeconds = 300, ...spawning }: ProcessOptions,
): Promise<void> {
  const child = spawn(command, args, { ...spawning, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  running.add(child);
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), timeoutSeconds * 1000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  running.delete(child);
  if (code !== 0)
    throw new Error(`${args.join(' ')} ended with ${code ?? child.signalCode} (SIGKILL: after ${timeoutSeconds} s)`);
}

/** Starts a command that runs until it is ended. What it prints goes to `logFile`. */
export function startInBackground(
  command: string,
  args: readonly string[],
  { logFile, ...options }: { readonly logFile: string; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): ChildProcess {
  const log = openSync(logFile, 'w');
  const child = spawn(command, args, { ...options, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  running.add(child);
  child.on('error', () => {});
  return child;
}

/** Ends a child and its children: asked first, killed after 5 seconds. */
export async function end(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.pid === undefined) return;
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), 5000);
    await exited;
    clearTimeout(timer);
  }
  // Children it left behind.
  signalGroup(child, 'SIGKILL');
}

export const endAll = async (): Promise<void> => {
  await Promise.all([...running].map(end));
};

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid as number), signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
