import fc from 'fast-check';
import { type Act, schedules } from '../support/schedule.ts';
import { noFigures, runSchedule } from '../support/schedule-world.ts';
import { extent, report } from './extent.ts';

test.each(['commet', 'checkout_page'] as const)(
  'random schedules of kills, frozen owners, lost answers, compactions and changes of the API: %s loses and doubles nothing',
  async (source) => {
    const figures = noFigures();
    // Told at once: shrinking to the shortest takes its time.
    const run = (acts: readonly Act[]) =>
      runSchedule(acts, { source, lookEvery: 11 }, figures).catch((error: Error) => {
        process.stdout.write(`failed: ${error.message.split('\n')[0]}: ${JSON.stringify(acts)}\n`);
        throw error;
      });
    const { seed, schedules: numRuns } = extent();
    const outcome = await fc.check(fc.asyncProperty(schedules, run), { seed, numRuns: Math.ceil(numRuns / 2) });
    report(`schedules of ${source}`, { ...figures });
    if (outcome.failed) throw new Error(fc.defaultReportMessage(outcome), { cause: outcome.errorInstance });
  },
);
