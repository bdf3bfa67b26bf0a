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
  throttledMs: summary.throttledMs,
  startedAt: instant(summary.startedAt),
  finishedAt: instant(summary.finishedAt),
  resumed: summary.resumed,
  fullReading: summary.fullReading,
  outOfOrder: summary.outOfOrder,
  total: summary.total,
  unknownFields: summary.unknownFields,
  misfits: summary.misfits,
  drift: summary.drift,
  error: summary.error && { name: summary.error.name, message: summary.error.message },
});
