import { runNightly } from '../../../lambdas/sync/run-nightly.ts';
import { checkoutPage, closeAll, day, loaded, nightlyOf, oldest } from '../../support/late-changes.ts';
import { loadRows } from '../../support/load-rows.ts';
import { Mortal } from '../../support/mortal.ts';

afterEach(closeAll);

/** Paid payments are swept: many, so that a sweep has pages. */
const sweepsPaid = {
  ...checkoutPage,
  source: { ...checkoutPage.source, lateStatuses: ['paid'], openStatuses: [] },
};

const nightly = { mode: 'incremental', status: 'done', written: 0 };
const sweep = (written: number, status = 'done') => ({ mode: 'sweep', status, written });

describe('a sweep', () => {
  test('finds the refund of a payment two years old, by the status it has now', async () => {
    const { api, bench, clock } = await loaded(checkoutPage, 60, { months: 30 });
    const settings = { recheckRequests: 0 };
    api.edit(oldest(api, ['paid'])[0] as string, { status: 'refunded' });
    const [first, ...sweeps] = await nightlyOf(bench, { settings });
    expect(first).toEqual(nightly);
    expect(sweeps.sort((one, other) => one.written - other.written)).toEqual([sweep(0), sweep(0), sweep(1)]);
    await bench.equalsApi();
    clock.at += day;
    expect(await nightlyOf(bench, { settings })).toEqual([nightly, sweep(0), sweep(0), sweep(0)]);
    expect(new Set((await loadRows(bench)).map(({ mode }) => mode))).toEqual(new Set(['incremental', 'sweep']));
  });

  test('stops when its requests are used up, and goes on the next night; a fresh one follows it', async () => {
    const { api, bench, clock } = await loaded(sweepsPaid);
    const paid = oldest(api, ['paid']);
    const asked = api.requests;
    const summaries = await runNightly(bench.options({ settings: { sweepRequests: 4 } }));
    expect(summaries.at(-1)).toMatchObject({ mode: 'sweep', status: 'paused', requests: 4, token: null });
    expect(api.requests - asked).toBe(4 + (summaries[0]?.requests ?? 0));
    // The first lies ahead of the sweep's place, the second behind it: only a sweep begun afterwards can find that.
    api.edit(paid[0] as string, { locale: 'eo' });
    api.edit(paid.at(-35) as string, { locale: 'eo' });
    clock.at += day;
    expect(await nightlyOf(bench)).toEqual([nightly, sweep(1), sweep(1)]);
    await bench.equalsApi();
  });

  test('that was begun longest ago comes first, so that none is starved', async () => {
    const { bench, clock } = await loaded();
    const swept: string[] = [];
    for (let night = 0; night < 4; night++) {
      const summaries = await runNightly(bench.options({ settings: { sweepRequests: 1, recheckRequests: 0 } }));
      swept.push(...summaries.slice(1).map(({ scope }) => scope.filters.status ?? ''));
      clock.at += day;
    }
    expect(swept).toEqual(['partial_refund', 'refunded', 'canceled', 'partial_refund']);
  });

  test('is left out on the night of a full reading, which has seen everything', async () => {
    const { bench } = await loaded();
    expect(await nightlyOf(bench, { fullReadingDays: 1 })).toEqual([nightly]);
  });

  test('that the API breaks off is not begun again, and keeps the others for the next night', async () => {
    let isDown = false;
    const { bench } = await loaded(checkoutPage, 60, {
      intercept: (_, response, url) => {
        if (isDown && url.searchParams.has('status')) response.writeHead(503).end();
        return response.writableEnded;
      },
    });
    isDown = true;
    expect(await nightlyOf(bench)).toEqual([nightly, sweep(0, 'failed')]);
  });

  test('that runs out of time keeps its place, hands nothing over, and goes on the next night', async () => {
    const { api, bench, clock } = await loaded(sweepsPaid);
    const [first] = await runNightly(bench.options());
    const pages = first?.requests ?? 0;
    clock.at += day;
    const asked = api.requests;
    const remainingMs = () => (api.requests - asked > pages ? 30_000 : 900_000);
    const summaries = await runNightly(bench.options({ remainingMs }));
    expect(summaries.at(-1)).toMatchObject({ mode: 'sweep', status: 'paused', pages: 1, token: null });
    clock.at += day;
    const next = await runNightly(bench.options());
    expect(next[1]).toMatchObject({ status: 'done', resumed: true, syncId: summaries[1]?.syncId });
  });
});

test('late changes looked for by a process killed at any step are found by the next nightly', async () => {
  const withSweep = { ...checkoutPage, source: { ...checkoutPage.source, lateStatuses: ['paid'] } };
  const { api, bench, clock } = await loaded(withSweep, 30);
  const paid = oldest(api, ['paid']);
  let words = 0;
  const killedAt = async (moment: number) => {
    for (const id of paid.slice(0, 3)) api.edit(id, { locale: `word ${words++}` });
    const mortal = new Mortal(moment);
    const { store, dynamo } = bench;
    const settings = { loadRows: 1 };
    const options = { settings, store: mortal.store(store), checkpoints: mortal.checkpoints(dynamo.client) };
    await runNightly(bench.options(options)).catch(() => {});
    clock.at += day;
    return mortal;
  };
  const { moments, passed } = await killedAt(Number.POSITIVE_INFINITY);
  const first = passed.indexOf('before take sync#sweep#status=paid');
  expect(moments - first).toBeGreaterThan(20);
  for (let moment = first + 1; moment < moments; moment += Math.ceil((moments - first) / 4)) {
    expect((await killedAt(moment)).isDead).toBe(true);
    const summaries = await nightlyOf(bench);
    expect({ moment, status: summaries[1]?.status }).toEqual({ moment, status: 'done' });
    await bench.equalsApi();
    clock.at += day;
  }
});
