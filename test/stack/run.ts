import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cdkOn } from './cdk.ts';
import { configuration, reservePorts } from './configuration.ts';
import { quietSdk, startEmulator } from './emulator.ts';
import { keepRunning, runJest, runScript } from './run-script.ts';
import { type StackDescription, stackVariable } from './stack-description.ts';
import { step } from './step.ts';
import { cacheFolder, prepareTools } from './tools.ts';

const config = 'jest.stack.config.js';

/** Deploys the app to an emulator and tests what runs there. Arguments go to jest; --keep lets it run. */
runScript('stack', async (folder) => {
  const stack = await deployed(folder);
  const file = join(folder, 'stack.json');
  await writeFile(file, JSON.stringify(stack));
  const env = { [stackVariable]: file, NODE_EXTRA_CA_CERTS: stack.env.NODE_EXTRA_CA_CERTS, ...quietSdk };
  const given = process.argv.slice(2);
  if (given[0] === '--keep') return keepRunning(config, env);
  // Last, and alone: it takes the stack away.
  const chosen = given.length > 0 ? [...given, '--passWithNoTests'] : [];
  await runJest(config, [...chosen, '--testPathIgnorePatterns', 'lifecycle'], env);
  if (given.length === 0 || given.some((each) => each.includes('lifecycle'))) await runJest(config, ['lifecycle'], env);
});

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
