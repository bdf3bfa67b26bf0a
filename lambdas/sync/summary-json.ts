import type { DriftSeen } from './drift-tally.ts';
import type { SyncSummary } from './summary.ts';

const instant = (ms: number): string => new Date(ms).toISOString();

/** A sync as `--json` and the function's answer tell it. */
export const summaryAsJson = (summary: SyncSummary) => ({
  source: summary.instance,
  syncId: summary.syncId,
  mode: summary.mode,
  status: summary.status,
  pages: summary.pages,
  records: summary.records,
  written: summary.written,
  unchanged: summary.unchanged,
  rows: summary.rows,
  loads: summary.loads,
  bytes: summary.bytes,
  requests: summary.requests,
  retries: summary.retries,
  throttled: summary.throttled,
  throttledMs: summary.throttledMs,
  startedAt: instant(summary.startedAt),
  finishedAt: instant(summary.finishedAt),
  resumed: summary.resumed,
  fullReading: summary.fullReading,
  outOfOrder: summary.outOfOrder,
  total: summary.total,
  heldBack: summary.heldBack,
  unknownFields: summary.unknownFields,
  misfits: summary.misfits,
  unknownValues: summary.unknownValues,
  drift: summary.drift.map(driftAsJson),
  ...(summary.recheck && { recheck: summary.recheck }),
  error: summary.error && { name: summary.error.name, message: summary.error.message },
});

const driftAsJson = ({ firstSeenAt, lastSeenAt, ...seen }: DriftSeen) => ({
  ...seen,
  firstSeenAt: instant(firstSeenAt),
  lastSeenAt: instant(lastSeenAt),
});
