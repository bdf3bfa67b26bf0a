import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdkOn } from './cdk.ts';
import { endAll, runInForeground } from './child-process.ts';
import { configuration, reservePorts } from './configuration.ts';
import { quietSdk, startEmulator } from './emulator.ts';
import { type StackDescription, stackVariable } from './stack-description.ts';
import { step } from './step.ts';
import { cacheFolder, prepareTools } from './tools.ts';

/** Deploys the app to an emulator, tests what runs there, and ends all it started. Arguments go to jest; --keep lets it run. */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'payments-lake-stack-'));
  const cleanUp = async () => {
    await endAll();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  }
  try {
    const stack = await deployed(folder);
    const file = join(folder, 'stack.json');
    await writeFile(file, JSON.stringify(stack));
    const added = { [stackVariable]: file, NODE_EXTRA_CA_CERTS: stack.env.NODE_EXTRA_CA_CERTS, ...quietSdk };
    const program = join('node_modules', 'jest', 'bin', 'jest.js');
    const jest = (...args: string[]) =>
      runInForeground(process.execPath, [program, '--config', 'jest.stack.config.js', ...args], {
        env: { ...process.env, ...added },
        timeoutSeconds: 900,
      });
    const given = process.argv.slice(2);
    if (given[0] === '--keep') {
      const settings = Object.entries(added).map(([name, value]) => `${name}=${value}`);
      console.log(`the stack runs until Ctrl-C: ${settings.join(' ')} npx jest --config jest.stack.config.js`);
      await new Promise(() => setInterval(() => {}, 1 << 30));
      return;
    }
    // Last, and alone: it takes the stack away.
    const chosen = given.length > 0 ? [...given, '--passWithNoTests'] : [];
    await jest(...chosen, '--testPathIgnorePatterns', 'lifecycle');
    if (given.length === 0 || given.some((each) => each.includes('lifecycle'))) await jest('lifecycle');
  } finally {
    await cleanUp();
  }
}

async function deployed(folder: string): Promise<StackDescription> {
  const tools = await step('emulator and Node 24 are installed', prepareTools);
  const logFile = join(process.cwd(), cacheFolder, 'ministack.log');
  const emulator = await step('emulator answers', () => startEmulator(tools, folder, logFile));
  const ports = await reservePorts();
  const cdk = cdkOn(emulator.env, folder, configuration(ports));
  const [, assembly] = await Promise.all([
    step('cdk bootstrap', () => cdk.bootstrap()),
    step('cdk synth', () => cdk.synth('deployed')),
  ]);
  const { outputs, changed } = await step('cdk deploy', () => cdk.deploy(assembly));
  if (changed.length === 0) {
    throw new Error(
      "the first deploy made nothing: cdk's output is not as test/stack/cdk.ts reads it, so that no later deploy could be seen to change anything",
    );
  }
  return { env: emulator.env, pid: emulator.process.pid as number, folder, assembly, ports, outputs };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
