import fc from 'fast-check';
import { type Act, schedules } from '../../support/schedule.ts';
import { runSchedule } from '../../support/schedule-world.ts';

test.each(['commet', 'checkout_page'] as const)(
  'five random schedules of kills, frozen owners, lost answers, compactions and changes of the API: %s loses and doubles nothing',
  async (source) => {
    const run = (acts: readonly Act[]) => runSchedule(acts, { source, lookEvery: 40 });
    await fc.assert(fc.asyncProperty(schedules, run), { seed: 20261122, numRuns: 5 });
  },
);
