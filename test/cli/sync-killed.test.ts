import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { openLakeQuery } from '../../local/lake-query.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { checkoutPageInstance, emptyFolder } from '../support/lake-builder.ts';
import { expectLakeEquals } from '../support/lake-records.ts';
import { type Ended, endSyncs, type ProcessOptions, startSync } from '../support/sync-process.ts';

jest.setTimeout(180_000);

/** So many months that a load is full by files after two pages of three, and recent payments to change. */
const [old, recent] = [175, 30];
const payments = old + recent;
const dir = emptyFolder();
/** Asked for, the page behind this many is not answered. */
let pagesAnswered = Number.POSITIVE_INFINITY;
let api: SampleApi;
beforeAll(async () => {
  api = await startCheckoutPage({
    payments: old,
    months: 52,
    until: new Date(Date.now() - 3_600_000),
    latencyMs: 20,
    intercept: () => (--pagesAnswered < 0 ? new Promise(() => {}) : false),
  });
  api.addPayments(recent);
});
afterAll(async () => {
  endSyncs();
  await api.close();
  rmSync(dirname(dir), { recursive: true, force: true });
});

const sync = (options: Partial<ProcessOptions> = {}): Promise<Ended> => startSync({ dir, api, ...options }).ended;

/** Payments shown, and different ones among them, by a query on the lake as it lies there. */
const count = async () => {
  const lake = await openLakeQuery(dir, [checkoutPageInstance]);
  const { rows } = await lake.run('SELECT count(*), count(DISTINCT payment_id) FROM checkout_page_payments');
  lake.close();
  return rows[0]?.map(Number) as [number, number];
};

test.each([
  ['before it writes its first checkpoint', '0 before POST .*UpdateItem'],
  ['between two child files', '40 after link .*checkout_page_(?!payments/)'],
  ['between two payments files', '5 after link .*checkout_page_payments/'],
  ['after a page', '1 after GET .*payments'],
  ['before the row of a load is put', '0 before link .*/loads/'],
])('a sync killed with -9 %s leaves each payment it shows there once', async (_, killAt) => {
  expect(await sync({ killAt })).toMatchObject({ code: null, signal: 'SIGKILL', syncs: [] });
  const [shown, distinct] = await count();
  expect(shown).toBe(distinct);
  expect(shown).toBeLessThan(payments);
});

test('Ctrl-C ends it with 130, its checkpoint on a load', async () => {
  let told = false;
  const onLine: ProcessOptions['onLine'] = (line, child) => {
    if (!told && line.includes('"load committed"')) told = child.kill('SIGINT');
  };
  pagesAnswered = 2;
  const ended = await sync({ onLine });
  pagesAnswered = Number.POSITIVE_INFINITY;
  expect(ended).toMatchObject({ code: 130, signal: null, syncs: [{ status: 'interrupted', resumed: true }] });
  const [shown, distinct] = await count();
  expect(shown).toBe(distinct);
});

test('the next sync ends it: every payment, each once, equal field by field', async () => {
  const ended = await sync();
  expect(ended).toMatchObject({
    code: 0,
    syncs: [{ status: 'done', resumed: true, total: { api: payments, seen: payments } }],
  });
  // What the killed processes had read beyond their last load was read again, no more.
  expect(ended.syncs[0]?.pages).toBe(Math.ceil(payments / 100));
  await expectLakeEquals(dir, checkoutPageInstance, api);
});

test('50 new and 9 changed inside the lookback: the next sync writes exactly 59, and the lake equals the API', async () => {
  const inLookback = { withinDays: 40 };
  api.changeStatuses(3, inLookback);
  api.changeStatuses(3, { ...inLookback, moveUpdatedAt: false });
  api.changeStatuses(3, { ...inLookback, updatedAt: new Date(Date.now() + 90 * 86_400_000) });
  api.addPayments(50);
  const { code, syncs } = await sync();
  expect({ code, nightly: syncs[0] }).toMatchObject({
    code: 0,
    nightly: { status: 'done', written: 59, fullReading: false },
  });
  await expectLakeEquals(dir, checkoutPageInstance, api);
});
