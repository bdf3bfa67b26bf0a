import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { checkoutPageInstance, commetInstance } from '../../support/lake-builder.ts';
import { expectLakeEquals } from '../../support/lake-records.ts';
import { closeBenches, type SyncBench, syncBench, today } from '../../support/sync-bench.ts';

const now = () => today;

describe.each([
  ['commet', commetInstance, () => startCommet({ payments: 1_000, now })],
  ['checkout_page', checkoutPageInstance, () => startCheckoutPage({ payments: 1_000, now })],
] as const)('%s', (_name, instance, start) => {
  let api: SampleApi;
  let bench: SyncBench;
  beforeAll(async () => {
    api = await start();
    bench = await syncBench(api, instance);
  });
  afterAll(async () => {
    await api.close();
    await closeBenches();
  });

  test('the first sync of 1,000 payments loads them all, each once, equal field by field', async () => {
    const summary = await bench.sync();
    expect(summary).toMatchObject({ status: 'done', written: 1_000, unchanged: 0, pages: 10, fullReading: true });
    await expectLakeEquals(bench.dir, instance, api);
  });

  test('the next sync writes nothing', async () => {
    expect(await bench.sync()).toMatchObject({ status: 'done', written: 0, rows: {} });
  });
});
