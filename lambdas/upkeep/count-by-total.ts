import type { Field } from '../sources/column.ts';
import { countInApi, isCountedWhole } from './api-count.ts';
import type { Status } from './list-pages.ts';
import { movedPayments } from './moved-payments.ts';
import type { CompletedReading, ReconcileOptions } from './reconcile-options.ts';
import { type Count, judge, type Reconciliation } from './reconciliation.ts';
import { countWarehouse, type WarehouseCount } from './warehouse-count.ts';

/**
 * Counts against the API's totals. What it takes that payments which come or change meanwhile raise no alarm:
 * 1. payments created since the completed reading began are left out on both sides;
 * 2. where a status differs, payments changed since that reading began are looked for and left out on both sides;
 * 3. what differs still is counted at the API once more: where the warehouse lies between the two counts, ends
 *    included, the verdict is `moving`.
 *
 * @returns counts: the whole list first, then the statuses; without those that the API does not take as a filter, after a warning
 */
export async function countByTotal(
  options: ReconcileOptions,
  reading: CompletedReading,
): Promise<Pick<Reconciliation, 'counts' | 'leftOut'>> {
  const { instance } = options;
  const { start: asOf, account } = reading;
  const inApi = (status: Status) => countInApi({ ...options, status }, asOf, account);
  const first = new Map<Status, number>();
  const count = async (status: Status): Promise<void> => {
    const counted = await inApi(status);
    if (counted !== null) first.set(status, counted);
    else options.warn(notCountable(instance.name, status));
  };
  for (const status of [null, ...declaredStatuses(options)]) await count(status);
  const query = await options.openQuery();
  try {
    let held = await countWarehouse(query, instance, { account, before: asOf, without: [] });
    for (const status of undeclaredStatuses(options, held)) await count(status);
    let without = new Map<string, string | null>();
    const gained = listsThatGained(first, held);
    if (gained.length > 0) {
      without = await movedPayments(options, gained, asOf);
      held = await countWarehouse(query, instance, { account, before: asOf, without: [...without.keys()] });
    }
    const leftOut = (status: Status) =>
      status === null ? without.size : [...without.values()].filter((at) => at === status).length;
    const counts: Count[] = [];
    for (const [status, counted] of first) {
      const inWarehouse = heldOf(held, status);
      const one = counted - leftOut(status);
      const other = one === inWarehouse ? one : ((await inApi(status)) ?? counted) - leftOut(status);
      counts.push({
        status,
        inApi: other,
        inWarehouse,
        duplicates: duplicatesOf(held, status),
        verdict: judge(one, other, inWarehouse, duplicatesOf(held, status)),
      });
    }
    const mayBeRecent = counts.find((one) => one.verdict === 'missing' && isCountedWhole(options, one.inApi));
    if (mayBeRecent) options.warn(tooLong(instance.name));
    return { counts, leftOut: new Set(without.keys()) };
  } finally {
    query.close();
  }
}

/** Lists of which the API counts more than the warehouse; the whole one for payments under statuses that it does not list. */
function listsThatGained(inApi: ReadonlyMap<Status, number>, held: WarehouseCount): Status[] {
  const statuses = [...inApi.keys()].filter((status) => status !== null);
  const more = (status: Status) => (inApi.get(status) ?? 0) - heldOf(held, status);
  const unlisted = more(null) - statuses.reduce((sum, status) => sum + more(status), 0);
  const gained: Status[] = statuses.filter((status) => more(status) > 0);
  return statuses.length > 0 && unlisted > 0 ? [...gained, null] : gained;
}

/** None where the list takes no status: then only the whole is counted. */
function declaredStatuses({ instance: { source } }: ReconcileOptions): readonly string[] {
  if (source.list.statusFilter === undefined) return [];
  const column: Field | undefined = source.payments.columns.find(({ name }) => name === source.shared.status);
  return column?.values ?? [];
}

/** Words of the warehouse that the source's declaration does not know. */
function undeclaredStatuses(options: ReconcileOptions, { byStatus }: WarehouseCount): string[] {
  const declared = declaredStatuses(options);
  if (declared.length === 0) return [];
  return [...byStatus.keys()].filter(
    (status): status is string => status !== null && status !== '' && !declared.includes(status),
  );
}

/** The word is the API's own: quoted, so that nothing in it reaches a terminal as it is. */
const notCountable = (instance: string, status: Status): string =>
  `${instance}: the API does not take ${JSON.stringify(status?.slice(0, 100))} as a status to list (400): its payments are counted with the whole list only`;

const tooLong = (instance: string): string =>
  `${instance}: the list is not newest first, and too long to be looked through for payments that came since the last sync: each counts as missing; sync and count again`;

const heldOf = (held: WarehouseCount, status: Status): number =>
  status === null ? held.total : (held.byStatus.get(status) ?? 0);

const duplicatesOf = ({ duplicates }: WarehouseCount, status: Status): number =>
  status === null ? [...duplicates.values()].reduce((total, count) => total + count, 0) : (duplicates.get(status) ?? 0);
