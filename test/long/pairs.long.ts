import { startCommet } from '../../local/sample-apis/commet.ts';
import { syncKilledAt } from '../support/killed-sync.ts';
import { commetInstance } from '../support/lake-builder.ts';
import { loadRows } from '../support/load-rows.ts';
import { closeBenches, syncBench, today, withPagesOf } from '../support/sync-bench.ts';
import { report } from './extent.ts';

test('a sync killed at any moment, and its successor at any moment too, is finished by the next', async () => {
  const { name, source } = commetInstance;
  const instance = withPagesOf(3, { name, source: { ...source, tables: source.tables.slice(0, 2) } });
  const api = await startCommet({ payments: 6, months: 1, until: new Date('2026-06-30T23:00:00Z'), now: () => today });
  const figures = { kills: 0, payments: 0, requests: 0 };
  try {
    const { moments } = await syncKilledAt(await syncBench(api, instance), Number.POSITIVE_INFINITY);
    for (let first = 0; first < moments; first++) {
      for (let second = 0, isLeft = true; isLeft; second++) {
        const bench = await syncBench(api, instance);
        await syncKilledAt(bench, first);
        isLeft = (await syncKilledAt(bench, second)).isDead;
        figures.kills += isLeft ? 2 : 1;
        const { status } = await bench.sync();
        expect({ first, second, status }).toEqual({ first, second, status: 'done' });
        await bench.equalsApi();
        const ids = (await loadRows(bench)).map(({ load_id }) => load_id);
        expect({ first, second, loads: new Set(ids).size }).toEqual({ first, second, loads: ids.length });
        figures.payments += api.total;
        await closeBenches();
      }
    }
  } finally {
    figures.requests = api.requests;
    report('pairs of kills', figures);
    await api.close();
    await closeBenches();
  }
});
