import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compactMonth } from '../../../lambdas/upkeep/compact-month.ts';
import { type CompactBench, closeCompactBenches, compactBench, day } from '../../support/compact-bench.ts';
import { commetInstance, march, tableOf } from '../../support/lake-builder.ts';
import { copyLake, stateOf } from '../../support/lake-copy.ts';
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

/** A round, the deletion a day later, each by a process that may die. @param onMoment told of each moment */
async function lives(
  { options, dynamo, clock, store }: CompactBench,
  diesAt: number,
  onMoment?: ConstructorParameters<typeof Mortal>[1],
): Promise<Mortal> {
  const mortal = new Mortal(diesAt, onMoment);
  const mine = options({ store: mortal.store(store), checkpoints: mortal.checkpoints(dynamo.client) });
  await compactMonth(mine, month)
    .then(() => {
      clock.at += day;
      return compactMonth(mine, month);
    })
    .catch(() => {});
  return mortal;
}

/** What its views show, asked once of the same files: same names, same bytes. */
function viewsOf(bench: CompactBench): () => ReturnType<CompactBench['views']> {
  const asked = new Map<string, ReturnType<CompactBench['views']>>();
  return async () => {
    const hash = createHash('sha256');
    for (const key of await bench.files()) hash.update(key).update(readFileSync(join(bench.dir, key)));
    const files = hash.digest('hex');
    const views = asked.get(files) ?? bench.views(shown);
    asked.set(files, views);
    return views;
  };
}

// Where the lake stands as it stood one moment before, a kill leaves the same, and is not made again.
test('killed before or after any step, a compaction leaves every view as it was, and the next ones finish it', async () => {
  const fresh = await lake();
  const before = await fresh.views(shown);
  const bench = await compactBench([commetInstance]);
  const views = viewsOf(bench);
  await copyLake(fresh, bench);
  let stood = '';
  const changed: number[] = [];
  const look = async (moment: number) => {
    const stands = await stateOf(bench);
    if (stands !== stood) changed.push(moment);
    stood = stands;
  };
  const whole = await lives(bench, Number.POSITIVE_INFINITY, look);
  expect(whole.passed.filter((name) => name.startsWith('after delete')).length).toBe(3);
  expect((await bench.files('warehouse/commet_metadata/')).length).toBe(1);
  expect(await views()).toEqual(before);
  // Leases, the round's item, its file, each deletion, the day between.
  expect(changed.length).toBe(15);
  for (const moment of changed) {
    const at = whole.passed[moment];
    await copyLake(fresh, bench);
    expect({ at, isDead: (await lives(bench, moment)).isDead }).toEqual({ at, isDead: true });
    expect({ at, views: await views() }).toEqual({ at, views: before });
    // What is left over of a killed process goes a grace after the next one has found it.
    for (let days = 0; days < 3; days++) {
      await compactMonth(bench.options(), month);
      bench.clock.at += day;
    }
    expect({ at, files: (await bench.files('warehouse/commet_metadata/')).length }).toEqual({ at, files: 1 });
    expect({ at, items: await bench.dynamo.table.readAll() }).toEqual({ at, items: [] });
  }
  // The rows themselves: the views of the one that was never killed stand for those of each that was.
  expect(before.commet_metadata?.length).toBe(8);
});
