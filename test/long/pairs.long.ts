import { runNightly } from '../../lambdas/sync/run-nightly.ts';
import { runSync } from '../../lambdas/sync/run-sync.ts';
import type { SyncSummary } from '../../lambdas/sync/summary.ts';
import type { SyncOptions } from '../../lambdas/sync/sync-options.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { syncKilledAt } from '../support/killed-sync.ts';
import { lakeBehind } from '../support/lake-behind.ts';
import { commetInstance } from '../support/lake-builder.ts';
import { copyLake } from '../support/lake-copy.ts';
import { loadRows } from '../support/load-rows.ts';
import { closeBenches, type SyncBench, syncBench, today, withPagesOf } from '../support/sync-bench.ts';
import { noTally } from '../support/tally.ts';
import { sample } from './chance.ts';
import { extent, progress, report } from './extent.ts';

interface Case {
  /** The lake each pair begins with. */
  readonly before: SyncBench;
  readonly api: SampleApi;
  /** What is killed twice, and then finishes. */
  readonly run: (options: SyncOptions) => Promise<readonly SyncSummary[]>;
  /** Drawn by the seed if there are more. */
  readonly most: number;
}

async function firstSync(): Promise<Case> {
  const api = await startCommet({ payments: 6, months: 1, until: new Date('2026-06-30T23:00:00Z'), now: () => today });
  const before = await syncBench(api, withPagesOf(3, commetInstance));
  return { before, api, run: async (options) => [await runSync(options)], most: extent().pairs };
}

/** Two minutes of them: with its late changes and deletions a nightly has more moments than a first sync. */
async function updatingSync(): Promise<Case> {
  const { api, behind } = await lakeBehind();
  return { before: behind, api, run: runNightly, most: Math.min(extent().pairs, 1000) };
}

test.each([
  ['pairs of kills', 'a first sync', firstSync],
  ['pairs of kills in an update', 'a nightly with a new and a changed payment', updatingSync],
] as const)(
  '%s: %s killed at any moment, and its successor at any moment too, is finished by the next',
  async (part, _name, make) => {
    const { before, api, run, most } = await make();
    const bench = await syncBench(api, before.instance);
    const figures = { ofAll: 0, pairs: 0, kills: 0, requests: 0, ...noTally() };
    const tell = progress(part);
    const killAt = async (moment: number) => await syncKilledAt(bench, moment, undefined, run);
    try {
      await copyLake(before, bench);
      const { moments } = await killAt(Number.POSITIVE_INFINITY);
      const all: { first: number; second: number }[] = [];
      for (let first = 0; first < moments; first++) {
        await copyLake(before, bench);
        await killAt(first);
        const successor = await killAt(Number.POSITIVE_INFINITY);
        all.push(...successor.passed.map((_, second) => ({ first, second })));
      }
      figures.ofAll = all.length;
      for (const { first, second } of sample(all, most, extent().seed)) {
        await copyLake(before, bench);
        for (const moment of [first, second]) if ((await killAt(moment)).isDead) figures.kills++;
        const ended = (await run(bench.options())).map(({ status }) => status);
        expect({ first, second, ended: new Set(ended) }).toEqual({ first, second, ended: new Set(['done']) });
        await bench.equalsApi(figures);
        const ids = (await loadRows(bench)).map(({ load_id }) => load_id);
        expect({ first, second, loads: new Set(ids).size }).toEqual({ first, second, loads: ids.length });
        figures.pairs++;
        tell(figures);
        bench.logs.length = 0;
      }
      // Steps at once come in another order at times: a successor's last moments may never come.
      expect(figures.kills).toBeGreaterThan(1.95 * figures.pairs - 3);
    } finally {
      figures.requests = api.requests;
      report(part, figures);
      await api.close();
      await closeBenches();
    }
  },
);
