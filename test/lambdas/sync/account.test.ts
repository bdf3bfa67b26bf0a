import { UsageError } from '../../../lambdas/errors.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { checkoutPageInstance, commetInstance } from '../../support/lake-builder.ts';
import { closeBenches, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';
import { failure } from '../../support/test-client.ts';

const [storeA, storeB] = ['a'.repeat(24), 'b'.repeat(24)];
const now = () => today;
const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

async function twoStores(payments = 60, unknownCursor?: 'go on' | 'from the start') {
  const keys = [
    { key: 'key_a', sellerId: storeA },
    { key: 'key_b', sellerId: storeB, payments: 50 },
  ];
  const api = await startCheckoutPage({ payments, months: 1, keys, now, ...(unknownCursor ? { unknownCursor } : {}) });
  opened.push(api);
  return { api, bench: await syncBench(api, withPagesOf(10, checkoutPageInstance)) };
}

const idsOf = async (bench: { records(): Promise<Map<string, unknown>> }, seller: string) =>
  [...(await bench.records()).values()].filter((record) => (record as { sellerId: string }).sellerId === seller).length;

test('another base URL is refused, both are named, and the lake is as it was', async () => {
  const { api, bench } = await twoStores();
  await bench.sync();
  const other = await startCheckoutPage({ payments: 5, now });
  opened.push(other);
  const error = await failure(bench.sync({ baseUrl: other.baseUrl, key: other.key }));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toBe(
    `checkout_page: this warehouse was filled from ${api.baseUrl}, got ${other.baseUrl}; use another lake, or --same-account if it is the same account at another address`,
  );
  expect(other.requests).toBe(0);
  await bench.equalsApi();
});

test('--same-account accepts another base URL, which then is the one that counts', async () => {
  const { api, bench } = await twoStores();
  await bench.sync();
  const moved = await startCheckoutPage({ payments: 60, months: 1, keys: [{ key: 'key_a', sellerId: storeA }], now });
  opened.push(moved);
  const there = { baseUrl: moved.baseUrl, sameAccount: true };
  expect(await bench.sync({ ...there, key: 'key_a' })).toMatchObject({
    status: 'done',
    written: 0,
    fullReading: false,
  });
  expect((await bench.about()).baseUrl).toBe(moved.baseUrl);
  expect(await bench.sync({ baseUrl: moved.baseUrl })).toMatchObject({ status: 'done' });
  expect((await failure(bench.sync())).message).toContain(`filled from ${moved.baseUrl}, got ${api.baseUrl}`);
});

test('a base URL that never gave a page is not held against anybody', async () => {
  const { api, bench } = await twoStores();
  expect(await bench.sync({ key: 'wrong' })).toMatchObject({ status: 'failed' });
  const other = await startCheckoutPage({ payments: 5, months: 1, now });
  opened.push(other);
  expect(await bench.sync({ baseUrl: other.baseUrl, key: other.key })).toMatchObject({ status: 'done', written: 5 });
  expect(api.requests).toBe(1);
});

test('the key of another store starts from everything, and says so', async () => {
  const { bench } = await twoStores();
  await bench.sync();
  const summary = await bench.sync({ key: 'key_b' });
  expect(summary).toMatchObject({ status: 'done', written: 50, fullReading: true });
  expect(bench.logs.join('\n')).toContain(`another account than before (${storeB}): everything is read`);
  expect((await bench.state()).watermark?.account).toBe(storeB);
  expect(await idsOf(bench, storeA)).toBe(60);
  expect(await idsOf(bench, storeB)).toBe(50);
  const back = await bench.sync();
  expect(back).toMatchObject({ status: 'done', written: 0, fullReading: true });
});

test('a Commet key of the other mode starts from everything', async () => {
  const api = await startCommet({ payments: 60, months: 1, now });
  opened.push(api);
  const bench = await syncBench(api, withPagesOf(10, commetInstance));
  await bench.sync({ key: 'ck_sample_sandbox' });
  expect((await bench.state()).watermark?.account).toBe('false');
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 60, fullReading: true });
  expect(bench.logs.join('\n')).toContain('another account than before (true): everything is read');
});

test.each([undefined, 'go on', 'from the start'] as const)(
  'an unfinished sync gone on with by the key of another store is begun anew (unknown cursors: %p)',
  async (unknownCursor) => {
    const { bench } = await twoStores(60, unknownCursor);
    await bench.sync({ remainingMs: () => 0 });
    const before = await bench.state();
    const summary = await bench.sync({ key: 'key_b' });
    expect(summary).toMatchObject({ status: 'done', written: 50, fullReading: true });
    expect(summary.syncId).not.toBe(before.syncId);
    expect(bench.logs.join('\n')).toContain(
      `the unfinished sync read account ${storeA}, now it is ${storeB}: begun anew`,
    );
    expect(await idsOf(bench, storeB)).toBe(50);
  },
);

test('a list that is empty for a night leaves the account as it was', async () => {
  const { api, bench } = await twoStores(10);
  await bench.sync();
  for (const { id } of [...api.all()]) api.remove(id as string);
  expect(await bench.sync()).toMatchObject({ status: 'done', records: 0 });
  api.addPayments(3);
  expect(await bench.sync()).toMatchObject({ status: 'done', written: 3, fullReading: false });
  expect(bench.logs.join('\n')).not.toContain('another account');
});
