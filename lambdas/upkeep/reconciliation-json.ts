import type { ReconcileOutcome } from './reconcile-and-repair.ts';
import type { Explanation, Reconciliation } from './reconciliation.ts';

const instant = (ms: number): string => new Date(ms).toISOString();

const countingAsJson = (counting: Reconciliation) => ({
  verdict: counting.verdict,
  difference: counting.difference,
  duplicates: counting.duplicates,
  countedAt: instant(counting.countedAt),
  asOf: instant(counting.asOf),
  syncId: counting.syncId,
  counts: counting.counts.map(({ status, inApi, inWarehouse, verdict, duplicates }) => ({
    status,
    inApi,
    inWarehouse,
    difference: inApi - inWarehouse,
    verdict,
    duplicates,
  })),
});

const explanationAsJson = ({ paged, missing, differing, surplus, doubled }: Explanation, most: number) => ({
  paged,
  missing: missing.slice(0, most).map(({ id }) => id),
  differing: differing.slice(0, most).map(({ id }) => id),
  surplus: surplus.slice(0, most),
  doubled: doubled.slice(0, most),
  /** How many there are; the lists may be cut. */
  found: {
    missing: missing.length,
    differing: differing.length,
    surplus: surplus.length,
    doubled: doubled.length,
  },
});

/**
 * A reconciliation as `--json` and the function's answer tell it: as it stands in the end; when it was repaired also
 * `before`, of which `explanation` tells, and of what differs still `left`.
 *
 * @param most ids a list shows
 */
export const reconciliationAsJson = ({ first, explanation, again, left }: ReconcileOutcome, most = Infinity) => ({
  source: first.instance,
  ...countingAsJson(again ?? first),
  explanation: explanation && explanationAsJson(explanation, most),
  before: again && countingAsJson(first),
  left: left && explanationAsJson(left, most),
});

export type ReconciliationJson = ReturnType<typeof reconciliationAsJson>;
