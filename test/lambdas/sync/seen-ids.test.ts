import { neededReadings, seenIdsPrefix, staleSeenIds } from '../../../lambdas/sync/seen-ids.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { commetInstance } from '../../support/lake-builder.ts';
import { closeBenches, everything, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';

const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

test('of the ids of readings the last two and the one under way are needed, the others are stale', async () => {
  const api = await startCommet({ payments: 30, months: 1, now: () => today });
  opened.push(api);
  const bench = await syncBench(api, withPagesOf(10, commetInstance));
  const done = [];
  for (let reading = 0; reading < 3; reading++) done.push((await bench.sync({ scope: everything })).syncId);
  let left = 1e9;
  const onProgress = () => {
    left = 0;
  };
  const stopped = await bench.sync({ scope: everything, remainingMs: () => left, onProgress });
  expect(stopped.status).toBe('stopped');
  const keys = (await bench.store.list('state/')).map(({ key }) => key);
  const needed = neededReadings(await bench.about(), [await bench.state(everything)]);
  expect(needed).toEqual(new Set([...done.slice(1), stopped.syncId]));
  const prefix = seenIdsPrefix('commet', done[0] as string);
  expect(staleSeenIds(keys, 'commet', needed)).toEqual(keys.filter((key) => key.startsWith(prefix)));
  expect(keys.filter((key) => key.startsWith(prefix)).length).toBeGreaterThan(0);
  expect(staleSeenIds(['state/commet_eu/x/1.json'], 'commet', needed)).toEqual([]);
});
