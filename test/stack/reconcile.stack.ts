import type { ReconcileAnswer } from '../../lambdas/handlers/answer-reconcile.ts';
import type { LastReconciliation } from '../../lambdas/upkeep/last-reconciliation.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { standInForAthena } from './athena-stand-in.ts';
import { payLake } from './command.ts';
import { instances } from './configuration.ts';
import {
  checkpoints,
  description,
  expectWarehouseEquals,
  invoke,
  invokeAsync,
  putKey,
  store,
  syncState,
} from './stack.ts';
import { until } from './step.ts';

const name = instances.counted;
const payments = 600;

let api: SampleApi;
let takeAway: (() => Promise<void>) | undefined;
/** The API's clock; null: the real one. */
let apiNow: number | null = null;
beforeAll(async () => {
  api = await startCheckoutPage({ payments, port: description.ports[name], now: () => apiNow ?? Date.now() });
  await putKey(name, api.key);
  takeAway = await standInForAthena(name);
});
afterAll(async () => {
  await takeAway?.();
  await api.close();
});

const lastCounting = async () =>
  (await checkpoints.read<LastReconciliation>({ instance: name, item: 'reconciliation' }))?.state;

const count = async (asked: object = {}): Promise<NonNullable<ReconcileAnswer['reconciliation']>> => {
  const { reconciliation, error } = (await invoke(name, { mode: 'reconcile', ...asked })) as ReconcileAnswer;
  if (!reconciliation) throw new Error(error ?? 'the function answered nothing');
  return reconciliation;
};

/** Payments as if the API had had them all along. Before any is added now: a new one is newer than all others. */
function addOld(number: number): string[] {
  apiNow = Date.parse('2026-07-15T12:00:00Z');
  const ids = api.addPayments(number);
  apiNow = null;
  return ids;
}

test('a nightly that is done has the function count by itself, in Athena under its own role: equal', async () => {
  await invokeAsync(name, { mode: 'incremental' });
  const counting = await until('the counting', 60, lastCounting);
  expect(counting).toMatchObject({ verdict: 'equal', difference: 0, duplicates: 0 });
  expect((await store.list('warehouse/reconciliations/')).length).toBeGreaterThan(0);
});

test('counted again, whole and status by status, it is equal still, and says of which sync', async () => {
  const { verdict, counts, syncId } = await count();
  expect({ verdict, syncId }).toEqual({
    verdict: 'equal',
    syncId: (await syncState(name, 'sync#incremental'))?.syncId,
  });
  expect(counts[0]).toMatchObject({ status: null, inApi: payments, inWarehouse: payments });
  const byStatus = counts.slice(1);
  expect(byStatus.length).toBeGreaterThan(5);
  expect(byStatus.reduce((sum, { inWarehouse }) => sum + inWarehouse, 0)).toBe(payments);
});

test('payments the warehouse lacks are counted, named, and by repair read: equal again', async () => {
  const ids = addOld(3);
  const found = await count({ explain: true });
  expect(found).toMatchObject({ verdict: 'missing', difference: 3 });
  expect([...(found.explanation?.missing ?? [])].sort()).toEqual([...ids].sort());
  const { verdict, before } = await count({ repair: true });
  expect({ before: before?.verdict, after: verdict }).toEqual({ before: 'missing', after: 'equal' });
  await expectWarehouseEquals(name, api);
});

test('payments that came since are no difference', async () => {
  const ids = api.addPayments(4);
  expect(await count()).toMatchObject({ verdict: 'equal', difference: 0 });
  for (const id of ids) api.remove(id);
});

test('reconcile --stack: a payment that was taken out of the API is a surplus of one, exit 1', async () => {
  const gone = [...api.all()].find(({ status }) => status === 'paid')?.id as string;
  api.remove(gone);
  const { code, out } = await payLake('reconcile', name, '--json', '--explain');
  const { reconciliations } = JSON.parse(out) as { reconciliations: unknown[] };
  expect(reconciliations).toMatchObject([
    { source: name, verdict: 'surplus', difference: 1, explanation: { surplus: [gone], missing: [] } },
  ]);
  expect(code).toBe(1);
  expect(await lastCounting()).toMatchObject({ verdict: 'surplus', difference: 1 });
});
