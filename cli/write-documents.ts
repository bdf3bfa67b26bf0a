import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sources } from '../lambdas/sources/index.ts';
import { dictionaryMarkdown } from '../lambdas/warehouse/dictionary-markdown.ts';
import { openLakeQuery } from '../local/lake-query.ts';
import { guideInstances, makeGuideLake } from './guide-lake.ts';
import { answerQuestions, guideMarkdown } from './guide-markdown.ts';

/** `npm run dictionary`: writes the documents that are made from the declarations. */
async function main(): Promise<void> {
  const instances = sources.map((source) => ({ name: source.name, source }));
  await writeFile('docs/data-dictionary.md', dictionaryMarkdown(instances));
  const folder = await mkdtemp(join(tmpdir(), 'payments-lake-guide-'));
  try {
    const dir = join(folder, 'lake');
    await makeGuideLake(dir);
    const lake = await openLakeQuery(dir, guideInstances);
    const answered = await answerQuestions(lake).finally(() => lake.close());
    await writeFile('docs/analyst-guide.md', guideMarkdown(answered));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
