import { TransientError } from '../../../lambdas/errors.ts';
import { metrics } from '../../../lambdas/warehouse/function-settings.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { closeFunctionBenches, type FunctionBench, functionBench, today } from '../../support/function-bench.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { type WithholdingApi, withholding } from '../../support/withheld.ts';

let store: WithholdingApi;
let bench: FunctionBench;
beforeEach(async () => {
  const clock = virtualClock(today);
  store = await withholding(
    (options) => startCheckoutPage({ payments: 60, months: 1, now: clock.now, ...options }),
    'starting_after',
  );
  bench = await functionBench(store.api, checkoutPageInstance, clock);
});
afterEach(async () => {
  await store.api.close();
  await closeFunctionBenches();
});

const lose = (): string => {
  const lost = [...store.api.all()].find(({ status }) => status === 'paid');
  store.withheld.add(String(lost?.id));
  return String(lost?.id);
};

test('a completed nightly has itself counted by an invocation of its own, which tells the difference', async () => {
  await bench.invoke({});
  expect(bench.queue).toEqual([{ mode: 'reconcile' }]);
  expect(bench.metrics.has(metrics.reconciliationDifference)).toBe(false);
  const [answer] = await bench.drain();
  expect(answer).toMatchObject({ reconciliation: { source: 'checkout_page', verdict: 'equal', difference: 0 } });
  expect(bench.metrics.get(metrics.reconciliationDifference)).toBe(0);
  expect(bench.queue).toEqual([]);
});

test.each([
  ['a backfill of everything', { mode: 'backfill' }],
  ['a rewrite of everything', { mode: 'backfill', rewrite: true }],
  ['a nightly that rewrites', { mode: 'incremental', rewrite: true }],
])('%s has itself counted too, though no nightly was completed before', async (_, event) => {
  await bench.invoke(event);
  expect(bench.queue).toEqual([{ mode: 'reconcile' }]);
  expect(await bench.drain()).toMatchObject([{ reconciliation: { verdict: 'equal', difference: 0 } }]);
});

test('a part of the list has itself counted with the last reading of the list; nothing, where there is none', async () => {
  const range = { mode: 'backfill', from: '2026-06-20' };
  expect(await bench.invoke(range)).toMatchObject({ syncs: [{ status: 'done' }] });
  expect(bench.queue).toEqual([]);
  await bench.invoke({});
  await bench.drain();
  await bench.invoke(range);
  await bench.invoke({ mode: 'backfill', filter: { status: 'paid' } });
  expect(await bench.drain()).toMatchObject(Array(2).fill({ reconciliation: { verdict: 'equal' } }));
});

test('a backfill that stops is counted once, by the continuation that completes it', async () => {
  const settings = { reserveSeconds: 60 };
  await bench.invoke({ mode: 'backfill' }, { pagesEach: 0, settings });
  expect(bench.queue).toMatchObject([{ mode: 'backfill' }]);
  const answers = await bench.drain();
  expect(answers).toMatchObject([{ syncs: [{ status: 'done' }] }, { reconciliation: { verdict: 'equal' } }]);
});

test('a difference is told, explained and repaired when the event asks for it', async () => {
  const lost = lose();
  await bench.invoke({});
  store.withheld.clear();
  await bench.drain();
  expect(bench.metrics.get(metrics.reconciliationDifference)).toBe(1);
  const explained = await bench.invoke({ mode: 'reconcile', explain: true });
  expect(explained).toMatchObject({ reconciliation: { verdict: 'missing', explanation: { missing: [lost] } } });
  bench.metrics.clear();
  expect(await bench.invoke({ mode: 'reconcile', repair: true })).toMatchObject({
    reconciliation: { verdict: 'equal', before: { verdict: 'missing' } },
  });
  expect(bench.metrics.get(metrics.reconciliationDifference)).toBe(0);
  await bench.equalsApi();
});

test('what cannot be counted is answered when it lasts, and thrown when a retry may mend it', async () => {
  const before = await bench.invoke({ mode: 'reconcile' });
  expect(before.error).toMatch(/^not counted against the API: checkout_page: there is nothing to count against/);
  expect(bench.metrics.get(metrics.syncFailed)).toBe(1);
  await bench.invoke({});
  const openQuery = async () => {
    throw new TransientError('Athena asks to slow down');
  };
  await expect(bench.drain({ openQuery })).rejects.toThrow('Athena asks to slow down');
  expect(await bench.invoke({ mode: 'reconcile', explain: 'yes' })).toEqual({
    error: expect.stringContaining('beside "mode":"reconcile" its keys are explain and repair'),
  });
});

test('a nightly whose counting cannot be begun is done all the same', async () => {
  const invokeSelf = async () => {
    throw new TransientError('the function may not invoke itself');
  };
  const { syncs, goesOn } = await bench.invoke({}, { invokeSelf });
  expect({ goesOn, status: syncs?.[0]?.status }).toEqual({ goesOn: false, status: 'done' });
  expect(bench.logs.join('\n')).toContain('not counted against the API: the function may not invoke itself');
});
