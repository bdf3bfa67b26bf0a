import type { SqlQuery } from '../athena/sql-query.ts';
import type { FlatRecord } from '../transform/flatten.ts';
import type { Instance } from '../warehouse/instance.ts';
import { columnOf, flatPages, refuseAnotherAccount } from './api-count.ts';
import { isChangedSince } from './moved-payments.ts';
import type { CompletedReading, ReconcileOptions } from './reconcile-options.ts';
import { differs, type Explanation, type Pointed, type Reconciliation } from './reconciliation.ts';
import { doubledIds, heldPayments } from './warehouse-count.ts';

/** Ids looked up in the warehouse at once: Athena takes a statement of 256 KB. */
const idsAtOnce = 2000;

/**
 * Pages the lists whose counts differ, and compares them payment by payment, by `_hash`. Payments created or changed
 * since the completed reading began are left out. Memory: what the warehouse holds under the statuses that differ,
 * about 150 bytes a payment.
 *
 * @param reconciliation as it was counted; where nothing differs nothing is paged
 */
export async function explain(options: ReconcileOptions, reconciliation: Reconciliation): Promise<Explanation> {
  const { instance, readings } = options;
  const reading = instance.source.paging.total === undefined ? readings.full : readings.nightly;
  const paged = listsToPage(options, reconciliation);
  const query = await options.openQuery();
  try {
    const account = reading?.account ?? null;
    const doubled = reconciliation.duplicates > 0 ? await doubledIds(query, instance, account) : [];
    if (!reading || paged.length === 0) return { paged: [], missing: [], differing: [], surplus: [], doubled };
    return { ...(await compare(options, reading, paged, query)), doubled };
  } finally {
    query.close();
  }
}

function listsToPage({ instance }: ReconcileOptions, { counts }: Reconciliation): (string | null)[] {
  const differing = counts.filter((count) => differs(count) && count.verdict !== 'doubled');
  const statuses = differing.flatMap(({ status }) => (status === null ? [] : [status]));
  if (instance.source.list.statusFilter !== undefined && statuses.length > 0) return statuses;
  return differing.length > 0 ? [null] : [];
}

/** What is left of the warehouse's payments once those on the API's lists are taken away is surplus. */
async function compare(
  options: ReconcileOptions,
  { start: asOf, account }: CompletedReading,
  paged: readonly (string | null)[],
  query: SqlQuery,
): Promise<Omit<Explanation, 'doubled'>> {
  const { instance } = options;
  const counted = { account, before: asOf };
  const statuses = paged.filter((status) => status !== null);
  const held = new Map<string, bigint>();
  const of = statuses.length > 0 ? { statuses } : null;
  for await (const { id, hash } of heldPayments(query, instance, counted, of)) held.set(id, hash);
  const surplus = new Set(held.keys());
  const missing: Pointed[] = [];
  const differing: Pointed[] = [];
  const point = pointing(instance);
  let elsewhere: FlatRecord[] = [];

  const lookUp = async (): Promise<void> => {
    const known = new Map<string, bigint>();
    const ids = elsewhere.map(({ id }) => id);
    if (ids.length > 0)
      for await (const { id, hash } of heldPayments(query, instance, counted, { ids })) known.set(id, hash);
    for (const payment of elsewhere) {
      const hash = known.get(payment.id);
      if (hash === undefined) missing.push(point(payment));
      else if (hash !== payment.hash) differing.push(point(payment));
    }
    elsewhere = [];
  };

  for (const status of paged) {
    for await (const { payments } of flatPages({ ...options, status })) {
      refuseAnotherAccount({ ...options, status }, payments, account);
      for (const payment of payments) {
        surplus.delete(payment.id);
        if (isChangedSince(payment, asOf)) continue;
        const hash = held.get(payment.id);
        if (hash === undefined) elsewhere.push(payment);
        else if (hash !== payment.hash) differing.push(point(payment));
      }
      if (elsewhere.length >= idsAtOnce) await lookUp();
    }
  }
  await lookUp();
  return { paged, missing: onceEach(missing), differing: onceEach(differing), surplus: [...surplus].sort() };
}

/** A payment that moved from one list to the other while they were paged is met twice. */
const onceEach = (payments: readonly Pointed[]): Pointed[] => [
  ...new Map(payments.map((payment) => [payment.id, payment])).values(),
];

/** What reading a payment again takes: the field that the API's search finds it by. */
function pointing(instance: Instance): (payment: FlatRecord) => Pointed {
  const { single } = instance.source;
  const by = single?.kind === 'search' ? single.by : null;
  const searchedBy = columnOf(instance, ({ path }) => by !== null && path === by);
  return (payment) => {
    const orderId = searchedBy(payment);
    return { id: payment.id, orderId: orderId === null ? null : String(orderId), createdAt: payment.createdAt };
  };
}
