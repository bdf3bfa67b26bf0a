import type { SqlQuery } from '../athena/sql-query.ts';
import type { Status } from './list-pages.ts';
import { PaymentComparison } from './payment-comparison.ts';
import { type CompletedReading, type ReconcileOptions, readingToCountWith } from './reconcile-options.ts';
import { differs, type Explanation, type Pointed, type Reconciliation } from './reconciliation.ts';
import { doubledIds } from './warehouse-count.ts';

/**
 * Pages the lists whose counts differ, and compares them payment by payment, by `_hash`. Payments created or changed
 * since the completed reading began are left out. Where the counts say that some of the surplus must be on another list,
 * the whole list is paged too, until they are found. Memory: what the warehouse holds under the statuses that differ,
 * about 150 bytes a payment.
 *
 * @param reconciliation as it was counted; where nothing differs nothing is paged
 */
export async function explain(options: ReconcileOptions, reconciliation: Reconciliation): Promise<Explanation> {
  const { instance } = options;
  const reading = readingToCountWith(options);
  const paged = listsToPage(options, reconciliation);
  const query = await options.openQuery();
  try {
    const account = reading?.account ?? null;
    const doubled = reconciliation.duplicates > 0 ? await doubledIds(query, instance, account) : [];
    if (!reading || paged.length === 0) return { paged: [], missing: [], differing: [], surplus: [], doubled };
    return { ...(await compare(options, reading, paged, reconciliation, query)), doubled };
  } finally {
    query.close();
  }
}

function listsToPage({ instance }: ReconcileOptions, { counts }: Reconciliation): Status[] {
  const differing = counts.filter((count) => differs(count) && count.verdict !== 'doubled');
  const statuses = differing.flatMap(({ status }) => (status === null ? [] : [status]));
  if (instance.source.list.statusFilter !== undefined && statuses.length > 0) return statuses;
  return differing.length > 0 ? [null] : [];
}

async function compare(
  options: ReconcileOptions,
  reading: CompletedReading,
  paged: readonly Status[],
  { counts, leftOut }: Reconciliation,
  query: SqlQuery,
): Promise<Omit<Explanation, 'doubled'>> {
  const comparison = new PaymentComparison(options, reading, query);
  const { surplus, missing, differing } = comparison;
  await comparison.hold(
    paged.filter((status) => status !== null),
    leftOut,
  );
  for (const status of paged) await comparison.page(status);
  const whole = counts.find(({ status }) => status === null);
  const isSettled = () => surplus.size <= missing.size + (whole ? whole.inWarehouse - whole.inApi : 0);
  const isWholePaged = !paged.includes(null) && !isSettled();
  if (isWholePaged) {
    // Some live under a status whose count is right, as many having left it as came, or under one that can't be counted.
    const counted = new Set(counts.map(({ status }) => status));
    const isWanted = ({ id, status }: Pointed) => surplus.has(id) || !counted.has(status);
    await comparison.page(null, { isWanted, isDone: isSettled });
  }
  return {
    paged: isWholePaged ? [...paged, null] : paged,
    missing: [...missing.values()],
    differing: [...differing.values()],
    surplus: [...surplus].sort(),
  };
}
