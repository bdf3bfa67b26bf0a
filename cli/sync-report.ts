import type { SyncSummary } from '../lambdas/sync/summary.ts';

const number = (value: number): string => value.toLocaleString('en');

/** What a sync did, in one line, and what somebody should know of it. Why one failed is in the log. */
export function summaryLine(summary: SyncSummary): string {
  if (summary.mode === 'deletion') return deletionLine(summary);
  const { instance, status, written } = summary;
  if (summary.mode === 'sweep') {
    const [word] = Object.values(summary.scope.filters);
    return `${instance}: sweep of ${word} ${status}: ${number(summary.records)} read, ${number(written)} written`;
  }
  if (summary.recheck) {
    const { asked, gone, notRereadable } = summary.recheck;
    const left = notRereadable > 0 ? `, ${number(notRereadable)} without an order id left out` : '';
    return `${instance}: recheck of open payments ${status}: ${number(asked)} read, ${number(written)} written, ${number(gone)} gone${left}`;
  }
  const { records, unchanged, outside } = summary;
  const seconds = ((summary.finishedAt - summary.startedAt) / 1000).toFixed(1);
  const left = outside > 0 ? `, ${number(outside)} outside the range` : '';
  const lines = [
    `${instance}: ${status} in ${seconds} s: ${number(records)} payments read, ${number(written)} written, ${number(unchanged)} unchanged${left}`,
  ];
  if (summary.total?.verdict === 'short') {
    lines.push(
      `${instance}: the API counts ${number(summary.total.api)} payments, its list gave ${number(summary.total.seen)}, read once more where it was short: run payments-lake reconcile ${instance} --explain`,
    );
  }
  if (summary.unknownFields + summary.misfits > 0) {
    lines.push(
      `${instance}: ${number(summary.unknownFields)} unknown fields and ${number(summary.misfits)} values that do not fit are kept in _extra`,
    );
  }
  if (summary.unknownValues > 0) {
    lines.push(
      `${instance}: ${number(summary.unknownValues)} words that the API does not document are stored as they came`,
    );
  }
  return lines.join('\n');
}

function deletionLine({ instance, status, written, heldBack }: SyncSummary): string {
  const marked = `${instance}: deletions ${status}: ${number(written)} payments marked as deleted at the source`;
  if (heldBack === null) return marked;
  return `${marked}; ${number(heldBack)} held back, too many to believe: if they are gone, run payments-lake sync ${instance} --confirm-deletions`;
}
