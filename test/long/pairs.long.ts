import { startCommet } from '../../local/sample-apis/commet.ts';
import { syncKilledAt } from '../support/killed-sync.ts';
import { commetInstance } from '../support/lake-builder.ts';
import { loadRows } from '../support/load-rows.ts';
import { closeBenches, syncBench, today, withPagesOf } from '../support/sync-bench.ts';
import { noTally } from '../support/tally.ts';
import { sample } from './chance.ts';
import { extent, progress, report } from './extent.ts';

test('a sync killed at any moment, and its successor at any moment too, is finished by the next', async () => {
  const { name, source } = commetInstance;
  const instance = withPagesOf(3, { name, source: { ...source, tables: source.tables.slice(0, 2) } });
  const api = await startCommet({ payments: 6, months: 1, until: new Date('2026-06-30T23:00:00Z'), now: () => today });
  const figures = { ofAll: 0, pairs: 0, kills: 0, requests: 0, ...noTally() };
  const tell = progress('pairs of kills');
  try {
    const { moments } = await syncKilledAt(await syncBench(api, instance), Number.POSITIVE_INFINITY);
    const all: { first: number; second: number }[] = [];
    for (let first = 0; first < moments; first++) {
      const bench = await syncBench(api, instance);
      await syncKilledAt(bench, first);
      const successor = await syncKilledAt(bench, Number.POSITIVE_INFINITY);
      all.push(...successor.passed.map((_, second) => ({ first, second })));
      await closeBenches();
    }
    figures.ofAll = all.length;
    for (const { first, second } of sample(all, extent().pairs, extent().seed)) {
      const bench = await syncBench(api, instance);
      for (const moment of [first, second]) if ((await syncKilledAt(bench, moment)).isDead) figures.kills++;
      const { status } = await bench.sync();
      expect({ first, second, status }).toEqual({ first, second, status: 'done' });
      await bench.equalsApi(figures);
      const ids = (await loadRows(bench)).map(({ load_id }) => load_id);
      expect({ first, second, loads: new Set(ids).size }).toEqual({ first, second, loads: ids.length });
      figures.pairs++;
      tell(figures);
      await closeBenches();
    }
    // Steps at once come in another order at times: a successor's last moments may never come.
    expect(figures.kills).toBeGreaterThan(1.95 * figures.pairs);
  } finally {
    figures.requests = api.requests;
    report('pairs of kills', figures);
    await api.close();
    await closeBenches();
  }
});
