import { compactMonth } from '../../../lambdas/upkeep/compact-month.ts';
import { type CompactBench, closeCompactBenches, compactBench, day } from '../../support/compact-bench.ts';
import { commetInstance, march, tableOf } from '../../support/lake-builder.ts';
import { Mortal } from '../../support/mortal.ts';
import { putNastyLoad } from '../../support/nasty-lake.ts';

jest.setTimeout(120_000);
afterEach(closeCompactBenches);

const metadata = tableOf(commetInstance, 'metadata');
const month = { table: { name: 'commet_metadata', table: metadata }, month: '2026-03' };
const shown = ['commet_payments', 'commet_metadata'];

async function lake(): Promise<CompactBench> {
  const bench = await compactBench([commetInstance]);
  await putNastyLoad(bench.store, commetInstance, [commetInstance.source.payments], {
    number: 3,
    payments: 4,
    from: march,
  });
  for (let number = 1; number <= 3; number++) {
    await putNastyLoad(bench.store, commetInstance, [metadata], { number, payments: 4, from: march });
  }
  return bench;
}

/** A round, the deletion a day later, each by a process that may die. */
async function lives({ options, dynamo, clock, store }: CompactBench, diesAt: number): Promise<Mortal> {
  const mortal = new Mortal(diesAt);
  const mine = options({ store: mortal.store(store), checkpoints: mortal.checkpoints(dynamo.client) });
  await compactMonth(mine, month)
    .then(() => {
      clock.at += day;
      return compactMonth(mine, month);
    })
    .catch(() => {});
  return mortal;
}

test('killed before or after any step, a compaction leaves every view as it was, and the next ones finish it', async () => {
  const first = await lake();
  const before = await first.views(shown);
  const whole = await lives(first, Number.POSITIVE_INFINITY);
  expect(whole.passed.filter((name) => name.startsWith('after delete')).length).toBe(3);
  expect((await first.files('warehouse/commet_metadata/')).length).toBe(1);
  expect(await first.views(shown)).toEqual(before);
  for (let moment = 0; moment < whole.moments; moment++) {
    const at = whole.passed[moment];
    const bench = await lake();
    expect((await lives(bench, moment)).isDead).toBe(true);
    expect({ at, views: await bench.views(shown) }).toEqual({ at, views: before });
    // What is left over of a killed process goes a grace after the next one has found it.
    for (let days = 0; days < 3; days++) {
      await compactMonth(bench.options(), month);
      bench.clock.at += day;
    }
    expect({ at, files: (await bench.files('warehouse/commet_metadata/')).length }).toEqual({ at, files: 1 });
    expect({ at, items: await bench.dynamo.table.readAll() }).toEqual({ at, items: [] });
    await closeCompactBenches();
  }
  // The rows themselves: the views of the one that was never killed stand for those of each that was.
  expect(before.commet_metadata?.length).toBe(8);
});
