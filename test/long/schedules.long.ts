import fc from 'fast-check';
import { type Act, schedules } from '../support/schedule.ts';
import { noFigures } from '../support/schedule-figures.ts';
import { runSchedule } from '../support/schedule-world.ts';
import { extent, progress, report } from './extent.ts';

test.each(['commet', 'checkout_page'] as const)(
  'random schedules of kills, frozen owners, lost answers, compactions and changes of the API: %s loses and doubles nothing',
  async (source) => {
    const figures = noFigures();
    const tell = progress(`schedules of ${source}`);
    let hasFailed = false;
    const run = async (acts: readonly Act[]) => {
      try {
        // What shrinking tries again would count a fault many times.
        await runSchedule(acts, { source, lookEvery: 11 }, hasFailed ? undefined : figures);
        tell({ ...figures });
      } catch (error) {
        hasFailed = true;
        // Told at once: shrinking to the shortest takes its time.
        process.stdout.write(`failed: ${(error as Error).message.split('\n')[0]}: ${JSON.stringify(acts)}\n`);
        throw error;
      }
    };
    const { seed, schedules: numRuns } = extent();
    const outcome = await fc.check(fc.asyncProperty(schedules, run), { seed, numRuns: Math.ceil(numRuns / 2) });
    report(`schedules of ${source}`, { ...figures });
    if (outcome.failed) throw new Error(fc.defaultReportMessage(outcome), { cause: outcome.errorInstance });
  },
);
