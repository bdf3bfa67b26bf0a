import { deletionScope } from '../../../lambdas/sync/mark-payments.ts';
import { runDeletion } from '../../../lambdas/sync/run-deletion.ts';
import { closeAll, commet, dayMs, marked, nextDay, removed } from '../../support/deletions.ts';
import { loadRows } from '../../support/load-rows.ts';
import { Mortal } from '../../support/mortal.ts';
import { everything } from '../../support/sync-bench.ts';

afterEach(closeAll);

test('killed before or after any step into the world (every 12.), marking is finished by the next call', async () => {
  const settings = { loadRows: 1 };
  const { api, bench } = await commet(40);
  const { store, dynamo } = bench;
  await nextDay(bench);
  const gone: { id: string }[] = [];
  /** The look after a day on which two payments of two months were deleted, killed at a moment. */
  const killedAt = async (moment: number) => {
    gone.push(...removed(api, [gone.length / 2, 39 - gone.length / 2]));
    bench.clock.at += dayMs;
    await bench.sync({ scope: everything });
    const mortal = new Mortal(moment);
    const changes = { settings, store: mortal.store(store), checkpoints: mortal.checkpoints(dynamo.client) };
    await runDeletion(bench.options(changes)).catch(() => {});
    return mortal;
  };
  const whole = await killedAt(Number.POSITIVE_INFINITY);
  const first = whole.passed.indexOf('before take sync#deletion');
  expect(whole.moments - first).toBeGreaterThan(40);
  // Before it nothing is written.
  for (let moment = first; moment < whole.moments; moment += 12) {
    const at = whole.passed[moment];
    expect((await killedAt(moment)).isDead).toBe(true);
    const summary = await runDeletion(bench.options({ settings }));
    expect({ at, status: summary?.status ?? 'done' }).toEqual({ at, status: 'done' });
    expect({ at, state: (await bench.state(deletionScope)).phase }).toEqual({ at, state: 'done' });
    expect({ at, marked: (await marked(bench)).size }).toEqual({ at, marked: gone.length });
    expect(await runDeletion(bench.options({ settings }))).toBeNull();
  }
  await bench.holds([...api.all(), ...gone]);
  const ids = (await loadRows(bench)).map(({ load_id }) => load_id);
  expect(new Set(ids).size).toBe(ids.length);
});
