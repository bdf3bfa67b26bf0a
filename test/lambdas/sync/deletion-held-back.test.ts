import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runDeletion } from '../../../lambdas/sync/run-deletion.ts';
import { checkoutPage, closeAll, dayMs, marked, nextDay, removed } from '../../support/deletions.ts';
import { everything } from '../../support/sync-bench.ts';

afterEach(closeAll);

test('too many at once are held back with a warning, until they are confirmed', async () => {
  const { api, bench } = await checkoutPage(60);
  await nextDay(bench);
  const gone = removed(
    api,
    Array.from({ length: 21 }, (_, index) => index),
  );
  await nextDay(bench);
  expect((await nextDay(bench)).marks).toMatchObject({ status: 'done', written: 0, heldBack: 21 });
  expect(bench.logs.join('\n')).toContain('21 payments are no longer on the list');
  expect(await runDeletion(bench.options())).toBeNull();
  expect((await marked(bench)).size).toBe(0);
  const confirmed = await runDeletion(bench.options({ confirmDeletions: true }));
  expect(confirmed).toMatchObject({ status: 'done', written: 21, heldBack: null });
  expect((await marked(bench)).size).toBe(21);
  await bench.holds([...api.all(), ...gone]);
});

test('a list that is whole again lifts what was held back', async () => {
  const { api, bench } = await checkoutPage(60);
  await nextDay(bench);
  removed(
    api,
    Array.from({ length: 21 }, (_, index) => index),
  );
  await nextDay(bench);
  await nextDay(bench);
  const again = await checkoutPage(60);
  const there = { baseUrl: again.api.baseUrl, sameAccount: true };
  expect((await nextDay(bench, there)).marks).toMatchObject({ written: 0, heldBack: null });
  expect((await bench.about()).deletions).toMatchObject({ heldBack: null });
});

test('marks are made of a payment that came after the earlier reading only by the one after', async () => {
  const { api, bench } = await checkoutPage();
  await nextDay(bench);
  bench.clock.at += dayMs;
  const [id] = api.addPayments(1);
  await bench.sync();
  api.remove(String(id));
  await nextDay(bench);
  expect((await nextDay(bench)).marks).toMatchObject({ written: 1 });
});

test('without the ids of the last reading nothing is marked', async () => {
  const { api, bench } = await checkoutPage();
  await nextDay(bench);
  removed(api, [3]);
  await nextDay(bench);
  bench.clock.at += dayMs;
  await bench.sync({ scope: everything });
  rmSync(join(bench.dir, 'state'), { recursive: true });
  expect(await runDeletion(bench.options())).toBeNull();
  expect((await marked(bench)).size).toBe(0);
});
