import { ObjectGone } from '../../../lambdas/load/object-store.ts';
import { recheckScope, runRecheck } from '../../../lambdas/sync/recheck.ts';
import { runNightly } from '../../../lambdas/sync/run-nightly.ts';
import type { Instance } from '../../../lambdas/warehouse/instance.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi, SampleOptions } from '../../../local/sample-apis/sample-api.ts';
import { checkoutPageInstance, commetInstance } from '../../support/lake-builder.ts';
import { loadRows } from '../../support/load-rows.ts';
import { Mortal } from '../../support/mortal.ts';
import {
  type BenchChanges,
  closeBenches,
  type SyncBench,
  syncBench,
  today,
  withPagesOf,
} from '../../support/sync-bench.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const day = 86_400_000;
const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

/** Of one table, the rest in _extra: a load is a file a month. */
const { name, source } = checkoutPageInstance;
const checkoutPage = { name, source: { ...source, tables: [source.payments] } };

/** Paid payments are swept: many, so that a sweep has pages. */
const sweepsPaid = { name, source: { ...checkoutPage.source, lateStatuses: ['paid'], openStatuses: [] } };

/** A year of payments, all loaded by a full reading; the next nightly is a day later. */
async function loaded(full: Instance = checkoutPage, payments = 60, more: Partial<SampleOptions> = {}) {
  const clock = virtualClock(today);
  const start = full.source.name === 'commet' ? startCommet : startCheckoutPage;
  const api = await start({ payments, months: 12, until: new Date(today), now: clock.now, ...more });
  opened.push(api);
  const bench = await syncBench(api, withPagesOf(10, full), clock);
  expect(await nightlyOf(bench)).toEqual([{ mode: 'incremental', status: 'done', written: payments }]);
  clock.at += day;
  return { api, bench, clock };
}

/** A nightly and what follows it, in short. */
const nightlyOf = async (bench: SyncBench, changes?: BenchChanges) =>
  (await runNightly(bench.options(changes))).map(({ mode, status, written }) => ({ mode, status, written }));

/** The oldest payments in one of these statuses. */
const oldest = (api: SampleApi, statuses: readonly string[]): string[] =>
  [...api.all()].reverse().flatMap(({ id, status }) => (statuses.includes(String(status)) ? [String(id)] : []));

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
  const withSweep = { name, source: { ...checkoutPage.source, lateStatuses: ['paid'] } };
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

describe('the recheck', () => {
  test.each([checkoutPage, commetInstance])(
    'finds that a pending payment older than the lookback was paid: $name',
    async (instance) => {
      const { api, bench } = await loaded(instance, 120);
      const [id = ''] = oldest(api, instance.source.openStatuses);
      api.edit(id, { status: instance === commetInstance ? 'succeeded' : 'paid' });
      const summaries = await runNightly(bench.options());
      expect(summaries.at(-1)).toMatchObject({ mode: 'recheck', status: 'done', written: 1, recheck: { gone: 0 } });
      await bench.equalsApi();
    },
  );

  test('looks at all open payments in turn, so many a night, and at those that changed no more', async () => {
    const { api, bench, clock } = await loaded(commetInstance, 120);
    const boundary = today - 46 * day;
    const open = oldest(api, commetInstance.source.openStatuses).filter(
      (id) => Date.parse(String(api.byId(id)?.createdAt)) < boundary,
    );
    const settings = { recheckRequests: Math.ceil(open.length / 2) };
    const asked: string[] = [];
    const night = async () => {
      const before = api.requests;
      const summaries = await runNightly(bench.options({ settings }));
      clock.at += 1000;
      expect(api.requests - before - (summaries[0]?.requests ?? 0)).toBeLessThanOrEqual(settings.recheckRequests);
      asked.push(String(summaries[1]?.recheck?.asked));
    };
    for (const id of open) api.edit(id, { description: 'changed' });
    await night();
    await night();
    expect(open.length).toBeGreaterThan(5);
    await bench.equalsApi();
    for (const id of open) api.edit(id, { status: 'canceled' });
    await night();
    await night();
    await bench.equalsApi();
    await night();
    expect(asked.slice(0, 2)).toEqual(Array(2).fill(String(settings.recheckRequests)));
    expect(asked.at(-1)).toBe('undefined');
  });

  test('passes over a payment that the API refuses to be asked for, and fails when it refuses one after the other', async () => {
    const refused = new Set<string>();
    const { api, bench, clock } = await loaded(commetInstance, 120, {
      intercept: (_, response, url) => {
        if (refused.has(url.pathname.split('/').at(-1) as string)) response.writeHead(400).end('{}');
        return response.writableEnded;
      },
    });
    const [first = '', second = '', ...others] = oldest(api, commetInstance.source.openStatuses);
    refused.add(first);
    api.edit(second, { description: 'changed' });
    const recheck = (await runNightly(bench.options())).at(-1);
    expect(recheck).toMatchObject({ status: 'done', written: 1, recheck: { gone: 0, notRereadable: 1 } });
    expect(bench.logs.join()).toContain(`payment ${first} was not read again`);
    await bench.equalsApi();
    for (const id of [second, ...others]) refused.add(id);
    clock.at += day;
    expect((await nightlyOf(bench)).at(-1)).toEqual({ mode: 'recheck', status: 'failed', written: 0 });
  });

  test('of a payment that the API cannot answer fails, and the next night goes on behind it', async () => {
    let broken = '';
    const { api, bench, clock } = await loaded(commetInstance, 120, {
      intercept: (_, response, url) => {
        if (url.pathname.endsWith(`/${broken}`)) response.writeHead(503).end();
        return response.writableEnded;
      },
    });
    const [first = '', second = ''] = oldest(api, commetInstance.source.openStatuses);
    broken = first;
    api.edit(second, { description: 'changed' });
    expect((await nightlyOf(bench)).at(-1)).toEqual({ mode: 'recheck', status: 'failed', written: 0 });
    clock.at += day;
    expect((await runNightly(bench.options({ settings: { recheckRequests: 2 } }))).at(-1)).toMatchObject({
      written: 1,
    });
    await bench.equalsApi();
  });

  test('that cannot look into the warehouse fails by itself: what the nightly did is told all the same', async () => {
    const { bench } = await loaded();
    const list = async (prefix: string) => {
      if (prefix.endsWith('_payments/')) throw new ObjectGone('was listed and is gone: list again');
      return bench.store.list(prefix);
    };
    const summaries = await runNightly(bench.options({ store: { ...bench.store, list } }));
    expect(summaries[0]).toMatchObject({ mode: 'incremental', status: 'done' });
    expect(summaries.at(-1)).toMatchObject({ mode: 'recheck', status: 'failed', error: { lasting: false } });
    expect((await loadRows(bench)).filter(({ kind }) => kind === 'failed')).toMatchObject([{ mode: 'recheck' }]);
  });

  test('counts a payment the API does not have any more, and one it has no way to ask for', async () => {
    const { api, bench, clock } = await loaded(checkoutPage, 120);
    const [gone = '', without = ''] = oldest(api, source.openStatuses);
    api.edit(without, { orderId: null });
    await bench.sync({ fullReadingDays: 1 });
    api.remove(gone);
    clock.at += day;
    const recheck = (await runNightly(bench.options())).find(({ mode }) => mode === 'recheck')?.recheck;
    expect(recheck).toMatchObject({ gone: 1, notRereadable: 1 });
    const { cursor } = (await bench.state(recheckScope)).place;
    const repaired = await runRecheck(bench.options(), [{ id: gone, orderId: 'no such order', createdAt: null }]);
    expect(repaired).toMatchObject({ status: 'done', recheck: { asked: 1, gone: 1 } });
    // Of payments that were named the round knows nothing.
    expect((await bench.state(recheckScope)).place.cursor).toBe(cursor);
  });
});
