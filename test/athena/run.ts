import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeGuideLake } from '../../cli/guide-lake.ts';
import { quietSdk } from '../stack/emulator.ts';
import { keepRunning, runJest, runScript } from '../stack/run-script.ts';
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

const config = 'jest.athena.config.js';

/** Puts lakes before Trino and DuckDB and compares what both answer. Arguments go to jest; --keep lets it run. */
runScript('athena', async (folder) => {
  Object.assign(process.env, quietSdk);
  const file = join(folder, 'engines.json');
  await writeFile(file, JSON.stringify(await startEngines(folder)));
  const env = { [enginesVariable]: file };
  const given = process.argv.slice(2);
  if (given[0] === '--keep') return keepRunning(config, env);
  await runJest(config, given, env);
});

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
