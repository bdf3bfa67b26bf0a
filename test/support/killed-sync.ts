import { runSync } from '../../lambdas/sync/run-sync.ts';
import type { SyncOptions } from '../../lambdas/sync/sync-options.ts';
import { Mortal } from './mortal.ts';
import type { BenchChanges, SyncBench } from './sync-bench.ts';

/** Every step of a sync is the mortal's: requests, objects, checkpoints. Every page is a load. */
export function byMortal(bench: SyncBench, mortal: Mortal): BenchChanges {
  return {
    settings: { loadRows: 1 },
    store: mortal.store(bench.store),
    checkpoints: mortal.checkpoints(bench.dynamo.client),
    connect: (signal, scope) => mortal.client(bench.options().connect(signal, scope)),
  };
}

/** A sync that dies at a moment. @param moment Infinity: it lives. @param run such as runNightly */
export async function syncKilledAt(
  bench: SyncBench,
  moment: number,
  onMoment?: ConstructorParameters<typeof Mortal>[1],
  run: (options: SyncOptions) => Promise<unknown> = runSync,
): Promise<Mortal> {
  const mortal = new Mortal(moment, onMoment);
  await run(bench.options(byMortal(bench, mortal))).catch(() => {});
  return mortal;
}
