import { summaryLine } from '../../cli/sync-report.ts';
import { newSync } from '../../lambdas/sync/begin-sync.ts';
import { sweepScope } from '../../lambdas/sync/late-changes.ts';
import { type SyncSummary, storedSummary } from '../../lambdas/sync/summary.ts';
import type { Scope } from '../../lambdas/sync/sync-names.ts';
import { checkoutPageInstance } from '../support/lake-builder.ts';

const nightly: Scope = { mode: 'incremental', from: null, to: null, filters: {}, rewrite: false };

const summary = (news: Partial<SyncSummary>): SyncSummary => ({
  ...storedSummary(checkoutPageInstance, nightly, newSync(nightly, 0, null, false), 1940),
  status: 'done',
  error: null,
  records: 1600,
  written: 162,
  unchanged: 1438,
  ...news,
});

test('a sync is told in one line that fits a terminal of 80 columns', () => {
  const line = summaryLine(summary({}));
  expect(line).toBe('checkout_page: done in 1.9 s: 1,600 payments read, 162 written, 1,438 unchanged');
  expect(line.length).toBeLessThan(80);
});

test('payments outside the range are told, so that the numbers add up', () => {
  expect(summaryLine(summary({ unchanged: 1000, outside: 438 }))).toMatch(/ 1,000 unchanged, 438 outside the range$/);
});

test('why a sync failed is not said twice: the log has it', () => {
  const failed = summary({ status: 'failed', error: { name: 'TerminalError', message: 'the reason', lasting: true } });
  expect(summaryLine(failed)).toMatch(/^checkout_page: failed in 1\.9 s: /);
  expect(summaryLine(failed)).not.toContain('the reason');
});

test('a list that fell short of the total, and what was kept in _extra, have lines of their own', () => {
  const lines = summaryLine(
    summary({ total: { api: 1700, seen: 1600, verdict: 'short', short: { paid: 100 } }, unknownFields: 3, misfits: 2 }),
  ).split('\n');
  expect(lines.slice(1)).toEqual([
    'checkout_page: the API counts 1,700 payments, its list gave 1,600, read once more where it was short: run payments-lake reconcile checkout_page --explain',
    'checkout_page: 3 unknown fields and 2 values that do not fit are kept in _extra',
  ]);
});

test('marks of deleted payments are told as such, and what was held back with its next step', () => {
  const marks = summary({ mode: 'deletion', written: 3, heldBack: null });
  expect(summaryLine(marks)).toBe('checkout_page: deletions done: 3 payments marked as deleted at the source');
  expect(summaryLine({ ...marks, written: 0, heldBack: 700 })).toBe(
    'checkout_page: deletions done: 0 payments marked as deleted at the source; 700 held back, too many to believe: if they are gone, run payments-lake sync checkout_page --confirm-deletions',
  );
});

test('a sweep and the recheck behind a nightly have one line each', () => {
  const sweep = summary({ mode: 'sweep', scope: sweepScope('status', 'refunded'), status: 'paused' });
  expect(summaryLine(sweep)).toBe('checkout_page: sweep of refunded paused: 1,600 read, 162 written');
  const recheck = summary({ mode: 'recheck', recheck: { asked: 300, gone: 2, notRereadable: 1 } });
  expect(summaryLine(recheck)).toBe(
    'checkout_page: recheck of open payments done: 300 read, 162 written, 2 gone, 1 without an order id left out',
  );
});
