import type { Field } from '../sources/column.ts';
import { countInApi } from './api-count.ts';
import { movedPayments } from './moved-payments.ts';
import type { CompletedReading, ReconcileOptions } from './reconcile-options.ts';
import { type Count, judge } from './reconciliation.ts';
import { countWarehouse, type WarehouseCount } from './warehouse-count.ts';

/** null: the whole list. */
type Status = string | null;

/**
 * Counts against the API's totals. What it takes that payments which come or change meanwhile raise no alarm:
 * 1. payments created since the completed reading began are left out on both sides;
 * 2. where a status differs, payments changed since that reading began are looked for and left out on both sides;
 * 3. what differs still is counted at the API once more: where the warehouse lies between the two counts, ends
 *    included, the verdict is `moving`.
 */
export async function countByTotal(options: ReconcileOptions, reading: CompletedReading): Promise<Count[]> {
  const { instance } = options;
  const { start: asOf, account } = reading;
  const inApi = (status: Status) => countInApi({ ...options, status }, asOf, account);
  const first = new Map<Status, number>([[null, await inApi(null)]]);
  for (const status of declaredStatuses(options)) first.set(status, await inApi(status));
  const query = await options.openQuery();
  try {
    let held = await countWarehouse(query, instance, { account, before: asOf, without: [] });
    const undeclared = [...held.byStatus.keys()].filter((status) => status !== null && !first.has(status));
    if (first.size > 1) for (const status of undeclared) first.set(status, await inApi(status));
    let without = new Map<string, string>();
    const gained = [...first].flatMap(([status, count]) =>
      status !== null && count > heldOf(held, status) ? [status] : [],
    );
    if (gained.length > 0) {
      without = await movedPayments(options, gained, asOf);
      held = await countWarehouse(query, instance, { account, before: asOf, without: [...without.keys()] });
    }
    const leftOut = (status: Status) =>
      status === null ? without.size : [...without.values()].filter((at) => at === status).length;
    const counts: Count[] = [];
    for (const [status, count] of first) {
      const inWarehouse = heldOf(held, status);
      const one = count - leftOut(status);
      const other = one === inWarehouse ? one : (await inApi(status)) - leftOut(status);
      counts.push({
        status,
        inApi: other,
        inWarehouse,
        duplicates: duplicatesOf(held, status),
        verdict: judge(one, other, inWarehouse, duplicatesOf(held, status)),
      });
    }
    return counts;
  } finally {
    query.close();
  }
}

/** None where the list takes no status: then only the whole is counted. */
function declaredStatuses({ instance: { source } }: ReconcileOptions): readonly string[] {
  if (source.list.statusFilter === undefined) return [];
  const column: Field | undefined = source.payments.columns.find(({ name }) => name === source.shared.status);
  return column?.values ?? [];
}

const heldOf = (held: WarehouseCount, status: Status): number =>
  status === null ? held.total : (held.byStatus.get(status) ?? 0);

const duplicatesOf = ({ duplicates }: WarehouseCount, status: Status): number =>
  status === null ? [...duplicates.values()].reduce((total, count) => total + count, 0) : (duplicates.get(status) ?? 0);
