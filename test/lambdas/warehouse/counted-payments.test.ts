import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analystQuestions } from '../../../lambdas/warehouse/analyst-questions.ts';
import { isEarned } from '../../../lambdas/warehouse/counted-payments.ts';

const root = join(__dirname, '../../..');
const spelled = /status IN \('paid', 'partially_/;

test('which payments count as revenue is written in one file: no query spells it by itself', () => {
  const files = ['lambdas', 'report', 'cli', 'infra'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  expect(files.filter((file) => spelled.test(readFileSync(file, 'utf8')))).toEqual([]);
  expect(analystQuestions.filter(({ sql }) => spelled.test(sql)).length).toBeGreaterThan(1);
});

test('revenue leaves out what is deleted, of the table that it is asked of', () => {
  expect(isEarned()).toBe("status IN ('paid', 'partially_refunded') AND NOT deleted");
  expect(isEarned('one')).toBe("one.status IN ('paid', 'partially_refunded') AND NOT one.deleted");
});
