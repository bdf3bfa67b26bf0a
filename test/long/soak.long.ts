import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { runNightly } from '../../lambdas/sync/run-nightly.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import { checkoutPageInstance } from '../support/lake-builder.ts';
import { closeBenches, everything, syncBench, today, withPagesOf } from '../support/sync-bench.ts';
import { noTally } from '../support/tally.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { chance } from './chance.ts';
import { extent, progress, report } from './extent.ts';

/** Fewer than the pages of a full reading, by a client that does not know the limit: it is refused again and again. */
const perMinute = 5;

/** What a process may have grown by at the end, MB. Most of it is room the allocator keeps: a lake is read whole in each comparison. */
const mostGrowthMb = 64;

/** What is still held after a collection may have grown by, MB: a leak of two kilobytes a sync is more. */
const mostHeldGrowthMb = 8;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function memory(): { mb: number; heldMb: number } {
  for (let times = 0; times < 3; times++) collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { mb: Math.round(rss / 1024 ** 2), heldMb: Math.round((heapUsed + external) / 1024 ** 2) };
}

test('days of syncs of a rate-limited, flaky, changing API lose and double nothing, and memory stays flat', async () => {
  const clock = virtualClock(today);
  const random = chance(extent().seed);
  const figures = { days: 0, requests: 0, refused: 0, faults: 0, ...noTally() };
  let atStart: ReturnType<typeof memory> | null = null;
  const tell = progress('soak');
  const api = await startCheckoutPage({
    payments: 300,
    months: 6,
    now: clock.now,
    rateLimit: { requestsPerMinute: perMinute },
    intercept: (request, response) => {
      if (random() > 0.05) return false;
      figures.faults++;
      if (random() < 0.5) request.socket.destroy();
      else response.writeHead(503, { 'retry-after': '2' }).end();
      return true;
    },
  });
  const { name, source } = checkoutPageInstance;
  const instance = withPagesOf(20, { name, source: { ...source, tables: source.tables.slice(0, 2) } });
  let bench = await syncBench(api, instance, clock);
  const until = Date.now() + extent().minutes * 60_000;
  try {
    do {
      clock.at += 86_400_000;
      if (random() < 0.5) api.addPayments(1 + Math.floor(random() * 3));
      const ids = [...api.all()].map(({ id }) => String(id));
      for (let changes = Math.floor(random() * 6); changes > 0; changes--) {
        const id = ids[Math.floor(random() * ids.length)] as string;
        api.edit(id, {
          locale: `word ${random()}`,
          ...(random() < 0.5 && { updatedAt: new Date(clock.at).toISOString() }),
        });
      }
      await runNightly(bench.options());
      figures.days++;
      if (figures.days === 15) atStart = memory();
      if (figures.days % 15 !== 0) continue;
      let done = false;
      for (let tries = 0; !done && tries < 20; tries++)
        done = (await bench.sync({ scope: everything })).status === 'done';
      expect(done).toBe(true);
      await bench.equalsApi(figures);
      tell({ ...figures, requests: api.requests, refused: api.refused, ...memory() });
      bench.logs.length = 0;
      bench.clock.slept.length = 0;
      if (figures.days % 150 !== 0) continue;
      // A lake of its own for the next days: files are not compacted here, and reading them all is the test's own work.
      await closeBenches();
      bench = await syncBench(api, instance, clock);
    } while (Date.now() < until);
    expect(api.refused).toBeGreaterThan(figures.days / 15);
    // Checkpoints are kept in memory here, and go with their bench.
    await closeBenches();
    const atEnd = memory();
    const start = atStart ?? atEnd;
    Object.assign(figures, { startMb: start.mb, endMb: atEnd.mb, startHeldMb: start.heldMb, endHeldMb: atEnd.heldMb });
    expect(atEnd.mb - start.mb).toBeLessThan(mostGrowthMb);
    expect(atEnd.heldMb - start.heldMb).toBeLessThan(mostHeldGrowthMb);
  } finally {
    Object.assign(figures, { requests: api.requests, refused: api.refused });
    report('soak', figures);
    await api.close();
    await closeBenches();
  }
});
