import { LeaseHeld } from './lease-keeper.ts';
import { openPayments } from './open-payments.ts';
import { hasTime } from './out-of-time.ts';
import { recheckScope, runRecheck } from './recheck.ts';
import { putRefusal, refusedSummary } from './refused-sync.ts';
import { runSync } from './run-sync.ts';
import { isStale, type SyncSummary } from './summary.ts';
import { nightlyItem, type Scope, syncItem } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import type { SyncState } from './sync-state.ts';

export const sweepScope = (filter: string, status: string): Scope => ({
  mode: 'sweep',
  from: null,
  to: null,
  filters: { [filter]: status },
  rewrite: false,
});

/**
 * What the nightly, with its lookback, cannot see: the statuses an old payment can come to are swept, those an old
 * payment can leave are read again one by one. Both are bounded in requests (`sweepRequests`, `recheckRequests`) and
 * by the time that is left; used up, they keep their place, and the next nightly goes on. Nobody is invoked for them.
 *
 * @returns a summary of each; none of those for which no time or no request was left. After one that may succeed later
 * there is no other: the API is asked no more tonight
 */
export async function runLateChanges(given: SyncOptions): Promise<SyncSummary[]> {
  const { continuation: _, ...options } = given;
  const summaries: SyncSummary[] = [];
  const begunAt = options.clock.now();
  try {
    await sweep(options, summaries);
    if (summaries.every(isWell)) await recheckOpenPayments(options, summaries);
  } catch (error) {
    const reason = error as Error;
    const { instance, clock, log } = options;
    if (reason instanceof LeaseHeld) {
      log('info', reason.message, { instance: instance.name });
      return summaries;
    }
    // The nightly is done, and what it did must be told whatever comes of this.
    log('error', reason.message, { instance: instance.name });
    await putRefusal({ ...options, scope: recheckScope, begunAt }, reason);
    summaries.push(refusedSummary(instance, recheckScope, clock.now(), reason));
  }
  return summaries;
}

/** Of a failure that comes again and again the others must not suffer; of an API that is down nothing more is asked. */
const isWell = ({ status, error }: SyncSummary): boolean =>
  status === 'done' || status === 'paused' || (status === 'failed' && error?.lasting === true);

/**
 * Sweeps each late status, the one whose sweep was begun longest ago first. A sweep begun on another night has not
 * seen what changed since: a fresh one follows it, after the others had their turn.
 */
async function sweep(options: SyncOptions, summaries: SyncSummary[]): Promise<void> {
  const { instance, settings, checkpoints } = options;
  const { list, lateStatuses } = instance.source;
  if (list.statusFilter === undefined) return;
  const waiting: { readonly scope: Scope; readonly begunAt: number }[] = [];
  for (const status of lateStatuses) {
    const scope = sweepScope(list.statusFilter, status);
    const stored = await checkpoints.read<SyncState>({ instance: instance.name, item: syncItem(scope) });
    waiting.push({ scope, begunAt: stored?.state.startedAt ?? 0 });
  }
  waiting.sort((one, other) => one.begunAt - other.begunAt);
  let left = settings.sweepRequests;
  for (let next = waiting.shift(); next && left > 0 && isTimeLeft(options); next = waiting.shift()) {
    const { scope } = next;
    const summary = await runSync({ ...options, scope, mostRequests: left });
    summaries.push(summary);
    left -= summary.here.requests;
    if (!isWell(summary)) return;
    if (isStale(summary)) waiting.push(next);
  }
}

async function recheckOpenPayments(options: SyncOptions, summaries: SyncSummary[]): Promise<void> {
  const { instance, settings, checkpoints, store } = options;
  const most = settings.recheckRequests;
  const nightly = await checkpoints.read<SyncState>({ instance: instance.name, item: nightlyItem });
  const { boundary = null, watermark = null } = nightly?.state ?? {};
  if (instance.source.single === undefined || most === 0 || boundary === null || !isTimeLeft(options)) return;
  const before = await checkpoints.read<SyncState>({ instance: instance.name, item: syncItem(recheckScope) });
  const wanted = {
    before: boundary,
    account: watermark?.account ?? null,
    after: before?.state.place.cursor ?? null,
    most,
  };
  const payments = await openPayments(store, instance, wanted, settings.heldBytes);
  if (payments.length === 0) return;
  summaries.push(await runRecheck({ ...options, mostRequests: most }, payments, { keepsRound: true }));
}

function isTimeLeft(options: SyncOptions): boolean {
  if (hasTime(options)) return true;
  const { log, instance } = options;
  log('info', 'no time is left to look for late changes: the next nightly goes on', { instance: instance.name });
  return false;
}
