import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeGuideLake } from '../../cli/guide-lake.ts';
import { endAll, runInForeground } from '../stack/child-process.ts';
import { quietSdk } from '../stack/emulator.ts';
import { step } from '../stack/step.ts';
import { bothInstances } from '../support/lake-builder.ts';
import { closeBenches } from '../support/sync-bench.ts';
import { putIntoCloud } from './cloud-lake.ts';
import { compactLake } from './compacted-lake.ts';
import {
  type EnginesDescription,
  enginesVariable,
  type LakeName,
  type LakePair,
  lakeNames,
} from './engines-description.ts';
import { makeHostileLake } from './hostile-lake.ts';
import { startGlueAndS3, startTrino } from './start-trino.ts';
import { prepareTrino } from './trino-tools.ts';

/** Puts lakes before Trino and DuckDB, compares what both answer, and ends all it started. Arguments go to jest; --keep lets it run. */
async function main(): Promise<void> {
  Object.assign(process.env, quietSdk);
  const folder = await mkdtemp(join(tmpdir(), 'payments-lake-athena-'));
  const cleanUp = async () => {
    await endAll();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  }
  try {
    const file = join(folder, 'engines.json');
    await writeFile(file, JSON.stringify(await startEngines(folder)));
    const env = { ...process.env, [enginesVariable]: file };
    const program = join('node_modules', 'jest', 'bin', 'jest.js');
    const given = process.argv.slice(2);
    if (given[0] === '--keep') {
      console.log(`runs until Ctrl-C: ${enginesVariable}=${file} npx jest --config jest.athena.config.js`);
      await new Promise(() => setInterval(() => {}, 1 << 30));
      return;
    }
    await runInForeground(process.execPath, [program, '--config', 'jest.athena.config.js', ...given], {
      env,
      timeoutSeconds: 900,
    });
  } finally {
    await cleanUp();
  }
}

async function startEngines(folder: string): Promise<EnginesDescription> {
  const tools = await step('Trino, its Java and moto are installed', prepareTrino);
  const glue = await step('Glue and S3 answer', () => startGlueAndS3(tools, folder));
  const starting = step('Trino answers', () => startTrino(tools, folder, glue, 'by default'));
  const lakes = Object.fromEntries(lakeNames.map((name) => [name, { dir: join(folder, name), stage: name }])) as Record<
    LakeName,
    LakePair
  >;
  await Promise.all([
    starting,
    (async () => {
      await step('lakes are made by syncs', () => makeLakes(lakes));
      for (const name of lakeNames) {
        await step(`lake ${name} is in the cloud`, () => putIntoCloud(tools, glue.port, lakes[name]));
      }
    })(),
  ]);
  return { trinoPort: (await starting).port, lakes };
}

async function makeLakes(lakes: Readonly<Record<LakeName, LakePair>>): Promise<void> {
  const { hostile, compacting, compacted, guide, empty } = lakes;
  await makeHostileLake(hostile.dir).finally(closeBenches);
  await cp(hostile.dir, compacting.dir, { recursive: true });
  await compactLake(compacting.dir, bothInstances, 'kept');
  await cp(hostile.dir, compacted.dir, { recursive: true });
  await compactLake(compacted.dir, bothInstances, 'deleted');
  await makeGuideLake(guide.dir);
  await mkdir(join(empty.dir, 'warehouse'), { recursive: true });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
