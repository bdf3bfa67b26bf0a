import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';

const command = join(__dirname, '../../cli/payments-lake.js');
const steps = join(__dirname, 'numbered-steps.mjs');
const running = new Set<ChildProcess>();

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly syncs: readonly Record<string, unknown>[];
  /** Standard error: with --json a log line each. */
  readonly lines: readonly string[];
}

export interface SyncProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface ProcessOptions {
  readonly dir: string;
  readonly api: SampleApi;
  readonly source?: string;
  /** Beside `sync SOURCE --json --lake DIR --base-url URL`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** As numbered-steps.mjs takes it. */
  readonly killAt?: string;
  readonly onLine?: (line: string, child: ChildProcess) => void;
}

/** `payments-lake sync` as a process of its own. */
export function startSync(options: ProcessOptions): SyncProcess {
  const { dir, api, source = 'checkout_page', args = [], killAt, onLine } = options;
  const given = [command, 'sync', source, '--json', '--lake', dir, '--base-url', api.baseUrl, ...args];
  const env = {
    ...process.env,
    [`${source.toUpperCase()}_API_KEY`]: api.key,
    ...options.env,
    ...(killAt !== undefined && { STEPS_KILL_AT: killAt }),
  };
  const child = spawn(process.execPath, ['--import', steps, ...given], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    onLine?.(line, child);
  });
  const ended = Promise.all([text(child.stdout), once(child, 'close')]).then(([out, [code, signal]]): Ended => {
    running.delete(child);
    return { code, signal, lines, syncs: out === '' ? [] : JSON.parse(out).syncs };
  });
  return { child, ended };
}

/** For `afterAll`: whatever still runs is killed. */
export function endSyncs(): void {
  for (const child of running) child.kill('SIGKILL');
}
