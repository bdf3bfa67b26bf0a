import { ObjectGone } from '../../../lambdas/load/object-store.ts';
import { recheckScope, runRecheck } from '../../../lambdas/sync/recheck.ts';
import { runNightly } from '../../../lambdas/sync/run-nightly.ts';
import { commetInstance } from '../../support/lake-builder.ts';
import { checkoutPage, closeAll, day, loaded, nightlyOf, oldest } from '../../support/late-changes.ts';
import { loadRows } from '../../support/load-rows.ts';
import { today } from '../../support/sync-bench.ts';

afterEach(closeAll);

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
    const [gone = '', without = ''] = oldest(api, checkoutPage.source.openStatuses);
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
