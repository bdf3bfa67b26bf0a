import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endAll, runInForeground } from './child-process.ts';

/**
 * Runs a script in a folder of its own. However it ends, by Ctrl-C too, the folder and the processes it started go with
 * it. A failure is told without its stack, exit code 1.
 *
 * @param name of the folder, behind payments-lake
 */
export function runScript(name: string, main: (folder: string) => Promise<void>): void {
  inOwnFolder(name, main).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}

async function inOwnFolder(name: string, main: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `payments-lake-${name}-`));
  const cleanUp = async () => {
    await endAll();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  }
  try {
    await main(folder);
  } finally {
    await cleanUp();
  }
}

/** The tests on what runs, of the configuration named; at most 15 minutes. @throws if one fails */
export const runJest = (config: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> =>
  runInForeground(process.execPath, [join('node_modules', 'jest', 'bin', 'jest.js'), '--config', config, ...args], {
    env: { ...process.env, ...env },
    timeoutSeconds: 900,
  });

/** For `--keep`: says how to run tests meanwhile, and waits for Ctrl-C. */
export async function keepRunning(config: string, env: NodeJS.ProcessEnv): Promise<never> {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  console.log(`runs until Ctrl-C: ${settings.join(' ')} npx jest --config ${config}`);
  return new Promise(() => setInterval(() => {}, 1 << 30));
}
