import type { SyncSummary } from '../sync/summary.ts';
import { nightlyItem } from '../sync/sync-names.ts';
import type { SyncState } from '../sync/sync-state.ts';
import { metrics } from '../warehouse/function-settings.ts';
import type { World } from './world.ts';

/** Of fewer a percentage says nothing. */
const fewRequests = 50;

/**
 * What this invocation did, as metrics: each payment and request counts in one invocation only, and what the
 * declaration did not foresee in the one that closes the sync. A sync is completed when the nightly is: another one
 * says nothing of how fresh the newest payments are.
 *
 * @param begun when this invocation began, ms
 */
export async function tellMetrics(world: World, summaries: readonly SyncSummary[], begun: number): Promise<void> {
  const sum = (count: (summary: SyncSummary) => number) =>
    summaries.reduce((total, summary) => total + count(summary), 0);
  const { metric } = world;
  metric(
    metrics.paymentsRead,
    sum(({ here }) => here.records),
  );
  metric(
    metrics.paymentsWritten,
    sum(({ here }) => here.written),
  );
  metric(
    metrics.rowsWritten,
    sum(({ here }) => Object.values(here.rows).reduce((total, rows) => total + rows, 0)),
  );
  metric(
    metrics.bytesWritten,
    sum(({ here }) => here.bytes),
  );
  const requests = sum(({ here }) => here.requests);
  const throttled = sum(({ here }) => here.throttled);
  metric(metrics.requests, requests);
  metric(
    metrics.retries,
    sum(({ here }) => here.retries),
  );
  if (requests >= fewRequests) metric(metrics.throttledPercent, (100 * throttled) / requests);
  metric(
    metrics.throttledMs,
    sum(({ here }) => here.throttledMs),
  );
  metric(metrics.durationMs, world.clock.now() - begun);
  const failed = sum(({ status }) => Number(status === 'failed'));
  if (failed > 0) metric(metrics.syncFailed, failed);
  const completed = sum(({ status, mode }) => Number(status === 'done' && mode === 'incremental'));
  if (completed > 0) metric(metrics.syncCompleted, completed);
  const closed = summaries.filter(({ status }) => status === 'done');
  if (closed.length === 0) return;
  // Not what this invocation saw of it: the alarms would turn off and on again within one long sync.
  const inAll = (name: 'unknownFields' | 'misfits' | 'unknownValues') =>
    closed.reduce((total, summary) => total + summary[name], 0);
  metric(metrics.unknownFields, inAll('unknownFields'));
  metric(metrics.misfits, inAll('misfits'));
  metric(metrics.unknownValues, inAll('unknownValues'));
  const totals = closed.flatMap((summary) => (summary.fullReading && summary.total ? [summary.total] : []));
  const last = totals.at(-1);
  if (last) metric(metrics.totalShort, last.verdict === 'short' ? last.api - last.seen : 0);
  const marks = closed.filter(({ mode }) => mode === 'deletion').at(-1);
  if (marks) metric(metrics.deletionsHeldBack, marks.heldBack ?? 0);
  await tellLag(world);
}

async function tellLag({ settings, checkpoints, clock, metric }: World): Promise<void> {
  const nightly = await checkpoints.read<SyncState>({ instance: settings.instance, item: nightlyItem });
  const watermark = nightly?.state.watermark;
  if (watermark) metric(metrics.lagSeconds, Math.max(0, (clock.now() - watermark.at) / 1000));
}
