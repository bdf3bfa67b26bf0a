import { runSync } from './run-sync.ts';
import type { SyncSummary } from './summary.ts';
import { nightlyItem, type Scope, syncItemPrefix } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import type { SyncState } from './sync-state.ts';

/** A lease taken this often without a load committed: something stops it each time. */
const takesBeforeAlarm = 2;

/** A sync that goes on later than this has not seen what came since it was begun: another follows it. */
const staleMs = 3_600_000;

/**
 * The nightly: the instance's incremental sync (twice, if the first went on with one of some nights ago), then every other sync that was left unfinished and whose lease is
 * dead. A targeted reading is left alone, since its filter's value is stored only as a hash: whoever began it gives
 * the same command again.
 */
export async function runNightly(options: SyncOptions): Promise<SyncSummary[]> {
  const summaries = [await runSync(options)];
  const [first] = summaries;
  if (first?.status === 'done' && first.resumed && first.finishedAt - first.startedAt > staleMs) {
    summaries.push(await runSync(options));
  }
  if (summaries.at(-1)?.status !== 'done') return summaries;
  for (const { item, lease, state } of await options.checkpoints.readAll(options.instance.name)) {
    const sync = state as SyncState;
    if (!item.startsWith(syncItemPrefix) || item === nightlyItem || sync.phase === 'done') continue;
    const isAlive = options.leasing === 'shared' && lease !== null && lease.until > options.clock.now();
    if (isAlive || sync.filterNames.length > 0) continue;
    const { mode, from, to, rewrite } = sync;
    const facts = { instance: options.instance.name, sync: sync.syncId };
    if (sync.takesWithoutProgress >= takesBeforeAlarm) {
      options.log('error', `unfinished sync ${item} made no progress last time: run it by hand to see why`, facts);
      continue;
    }
    options.log('info', `unfinished sync ${item} goes on`, facts);
    const scope: Scope = { mode, from, to, filters: {}, rewrite };
    summaries.push(await runSync({ ...options, scope }));
  }
  return summaries;
}
