import { TerminalError } from '../errors.ts';
import { runLateChanges } from './late-changes.ts';
import { LeaseHeld } from './lease-keeper.ts';
import { putRefusal, refusedSummary } from './refused-sync.ts';
import { runDeletion } from './run-deletion.ts';
import { mostTakesWithoutProgress, runSync } from './run-sync.ts';
import { isStale, type SyncSummary, storedSummary } from './summary.ts';
import { isMain, nightlyItem, type Scope, syncItemPrefix } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import type { SyncState } from './sync-state.ts';

/**
 * The nightly: the instance's incremental sync (twice, if the first went on with one of some nights ago), then what its
 * lookback does not reach (not on the night of a full reading), then every other sync that was left unfinished and
 * whose lease is dead. They share the time that is left: the later ones may come to no more than a page before they
 * hand over. A targeted reading is left alone, since its filter's value is stored only as a hash: whoever began it
 * gives the same command again.
 */
export async function runNightly(options: SyncOptions): Promise<SyncSummary[]> {
  const summaries = [await runSync(options)];
  const [first] = summaries;
  const { continuation: _, ...anew } = options;
  if (first && isStale(first)) summaries.push(await runSync(anew));
  if (summaries.at(-1)?.status !== 'done') return summaries;
  // A full reading has seen what they would look for.
  if (!summaries.some(({ fullReading }) => fullReading)) {
    summaries.push(...(await runLateChanges(anew)));
    if (options.signal?.aborted) return summaries;
  }
  for (const { item, lease, state } of await options.checkpoints.readAll(options.instance.name)) {
    const sync = state as SyncState;
    if (!item.startsWith(syncItemPrefix) || item === nightlyItem || sync.phase === 'done' || !isMain(sync)) continue;
    const isAlive = options.leasing === 'shared' && lease !== null && lease.until > options.clock.now();
    if (isAlive || sync.filterNames.length > 0) continue;
    summaries.push(...(await goOnWith(item, sync, anew)));
  }
  const marks = await runDeletion(anew);
  return marks ? [...summaries, marks] : summaries;
}

/** A sync other than the nightly, and behind a full reading the look for what was deleted at the source. */
export async function runSyncAndMarks(options: SyncOptions): Promise<SyncSummary[]> {
  const summary = await runSync(options);
  const isDue = summary.status === 'done' && (summary.fullReading || options.confirmDeletions);
  const marks = isDue ? await runDeletion(options) : null;
  return marks ? [summary, marks] : [summary];
}

/** @returns what came of it; nothing if it was left alone */
async function goOnWith(item: string, state: SyncState, options: SyncOptions): Promise<SyncSummary[]> {
  const { instance, clock, settings, log } = options;
  const { mode, from, to, rewrite } = state;
  const scope: Scope = { mode, from, to, filters: {}, rewrite };
  const facts = { instance: instance.name, sync: state.syncId };
  const begunAt = clock.now();
  const failed = async (error: Error): Promise<SyncSummary> => {
    log('error', error.message, facts);
    await putRefusal({ ...options, scope, syncId: state.syncId, begunAt }, error);
    return {
      ...refusedSummary(instance, scope, clock.now(), error),
      ...storedSummary(instance, scope, state, clock.now()),
    };
  };
  if (state.takesWithoutProgress >= mostTakesWithoutProgress) {
    const rule = `unfinished sync ${item} made no progress last time: run it by hand to see why`;
    return [await failed(new TerminalError(`${instance.name}: ${rule}`))];
  }
  if (options.remainingMs && options.remainingMs() < settings.reserveMs / 2) {
    log('warn', `no time is left for unfinished sync ${item}: the next nightly goes on with it`, facts);
    return [];
  }
  log('info', `unfinished sync ${item} goes on`, facts);
  try {
    return [await runSync({ ...options, scope })];
  } catch (error) {
    // What the nightly did must be told whatever comes of this.
    if (!(error instanceof LeaseHeld)) return [await failed(error as Error)];
    log('info', error.message, facts);
    return [];
  }
}
