import { noteFailure } from '../../../lambdas/sync/last-failure.ts';
import { deletionScope } from '../../../lambdas/sync/mark-payments.ts';
import { runDeletion } from '../../../lambdas/sync/run-deletion.ts';
import { instanceStatus } from '../../../lambdas/sync/status.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { commetInstance } from '../../support/lake-builder.ts';
import { closeBenches, everything, nightly, type SyncBench, syncBench } from '../../support/sync-bench.ts';

let api: SampleApi;
let bench: SyncBench;
beforeEach(async () => {
  api = await startCommet({ payments: 20, now: () => bench.clock.at });
  bench = await syncBench(api, commetInstance);
});
afterEach(async () => {
  await api.close();
  await closeBenches();
});

const failures = async () => {
  const items = await bench.checkpoints.readAll(bench.instance.name);
  return instanceStatus(bench.instance.name, bench.instance.source, items).failures;
};

test('a sync that fails leaves word of it, until the same one succeeds', async () => {
  const { error } = await bench.sync({ key: 'revoked' });
  const at = new Date(bench.clock.at).toISOString();
  expect(await failures()).toEqual([{ sync: 'incremental', at, message: error?.message }]);
  bench.clock.at += 60_000;
  await bench.sync({ scope: everything });
  expect(await failures()).toHaveLength(1);
  await bench.sync({ scope: nightly });
  expect(await failures()).toEqual([]);
});

test('an interrupted sync did not fail', async () => {
  await bench.sync({ signal: AbortSignal.abort() });
  expect(await failures()).toEqual([]);
});

test('a look for deleted payments that failed is over once another found nothing to mark', async () => {
  const { checkpoints, clock, instance } = bench;
  await bench.sync();
  const failure = { message: '503', lasting: false, syncId: null };
  await noteFailure({ checkpoints, clock, instance, scope: deletionScope }, failure);
  expect(await failures()).toMatchObject([{ sync: 'deletion', message: '503' }]);
  bench.clock.at += 60_000;

  expect(await runDeletion(bench.options())).toBeNull();
  expect((await bench.about()).deletions).toMatchObject({ marked: 0 });
  expect(await failures()).toEqual([]);
});
