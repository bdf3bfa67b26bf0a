import type { SyncSummary } from '../lambdas/sync/summary.ts';

const instant = (ms: number): string => new Date(ms).toISOString();
const number = (value: number): string => value.toLocaleString('en');

/** A sync's entry in the answer to --json. */
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
  fullReading: summary.fullReading,
  outOfOrder: summary.outOfOrder,
  total: summary.total,
  unknownFields: summary.unknownFields,
  misfits: summary.misfits,
  drift: summary.drift,
  error: summary.error,
});

/** What a sync did, in one line, and what somebody should know of it. */
export function summaryLine(summary: SyncSummary): string {
  const { instance, status, error } = summary;
  const seconds = ((summary.finishedAt - summary.startedAt) / 1000).toFixed(1);
  const done = `${number(summary.records)} payments read on ${number(summary.pages)} pages, ${number(summary.written)} written, ${number(summary.unchanged)} unchanged`;
  const lines = [`${instance}: ${status}${error ? `: ${error.message}` : ''}; ${done} (${seconds} s)`];
  if (summary.total && summary.total.api > summary.total.seen) {
    lines.push(
      `${instance}: the API counts ${number(summary.total.api)} payments, its list gave ${number(summary.total.seen)}: run payments-lake sync ${instance} --backfill`,
    );
  }
  if (summary.unknownFields + summary.misfits > 0) {
    lines.push(
      `${instance}: ${number(summary.unknownFields)} unknown fields and ${number(summary.misfits)} values that do not fit are kept in _extra`,
    );
  }
  return lines.join('\n');
}
