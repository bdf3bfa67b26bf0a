import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dictionaryMarkdown } from '../lambdas/warehouse/dictionary-markdown.ts';
import { openLakeQuery } from '../local/lake-query.ts';
import { guideInstances, makeGuideLake } from './guide-lake.ts';
import { guideMarkdown } from './guide-markdown.ts';

/** `npm run dictionary`: writes the documents that are made from the declarations. */
async function main(): Promise<void> {
  await writeFile('docs/data-dictionary.md', dictionaryMarkdown(guideInstances));
  const folder = await mkdtemp(join(tmpdir(), 'payments-lake-guide-'));
  try {
    const dir = join(folder, 'lake');
    await makeGuideLake(dir);
    const lake = await openLakeQuery(dir, guideInstances);
    await writeFile('docs/analyst-guide.md', await guideMarkdown(lake).finally(() => lake.close()));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
