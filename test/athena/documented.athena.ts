import { questions } from '../../cli/quick-start-queries.ts';
import { analystQuestions } from '../../lambdas/warehouse/analyst-questions.ts';
import { dictionary } from '../../lambdas/warehouse/dictionary.ts';
import { reportQueries } from '../../report/sections.ts';
import { bothInstances } from '../support/lake-builder.ts';
import { type Engines, expectSameAnswer, openEngines } from './engines.ts';

/** The day after the second night of the guide's lake. */
const today = Date.UTC(2026, 6, 3);

const documented = [
  ...analystQuestions.map(({ title, sql }) => ({ title: `the analyst's guide: ${title}`, sql })),
  ...questions(today).map(({ title, sql }) => ({ title: `npm start: ${title}`, sql })),
  ...reportQueries({ instances: bothInstances, now: today }).map(({ name, sql }) => ({
    title: `the report: ${name}`,
    sql,
  })),
  ...dictionary(bothInstances).map(({ database, name, example: { sql } }) => ({
    title: `the dictionary's example of ${database}.${name}`,
    sql,
  })),
];

describe.each(['guide', 'hostile'] as const)('of the lake %s', (lake) => {
  let engines: Engines;
  beforeAll(async () => {
    engines = await openEngines(lake);
  });
  afterAll(() => engines.close());

  test.each(documented)('$title', async ({ title, sql }) => {
    const { rows } = await expectSameAnswer(engines, sql);
    // Nothing is undeclared in the guide's lake.
    if (lake === 'guide') expect(rows.length === 0).toBe(title.endsWith('drift'));
  });
});
