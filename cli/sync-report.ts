import type { SyncSummary } from '../lambdas/sync/summary.ts';

const number = (value: number): string => value.toLocaleString('en');

/** What a sync did, in one line, and what somebody should know of it. Why one failed is in the log. */
export function summaryLine(summary: SyncSummary): string {
  const { instance, status, records, written, unchanged, outside } = summary;
  const seconds = ((summary.finishedAt - summary.startedAt) / 1000).toFixed(1);
  const left = outside > 0 ? `, ${number(outside)} outside the range` : '';
  const lines = [
    `${instance}: ${status} in ${seconds} s: ${number(records)} payments read, ${number(written)} written, ${number(unchanged)} unchanged${left}`,
  ];
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
