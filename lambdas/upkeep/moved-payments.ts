import type { FlatRecord } from '../transform/flatten.ts';
import { statusColumn } from './api-count.ts';
import { flatPages, fromItsStart, type ListAsked, type Status } from './list-pages.ts';

/** Pages of each status looked through at most, newest payments first. */
const mostPages = 10;

/** A payment that was changed after the reading that is compared with. */
export const isChangedSince = ({ createdAt, updatedAt }: FlatRecord, asOf: number): boolean =>
  (createdAt !== null && createdAt >= asOf) || (updatedAt !== null && updatedAt >= asOf);

/**
 * Payments, by their status now, that were there when the reading began and were changed since: the warehouse has them
 * under the status they had. Looked for where the API counts more than the warehouse, among its newest thousand.
 *
 * @param lists their statuses; null: the whole list
 */
export async function movedPayments(
  asked: Omit<ListAsked, 'status'>,
  lists: readonly Status[],
  asOf: number,
): Promise<Map<string, string | null>> {
  const moved = new Map<string, string | null>();
  const statusOf = statusColumn(asked.instance);
  const addFrom = async (status: Status): Promise<void> => {
    let pages = 0;
    for await (const { payments } of flatPages({ ...asked, status })) {
      for (const payment of payments) {
        const { createdAt } = payment;
        const isOld = createdAt === null || createdAt < asOf;
        if (isOld && isChangedSince(payment, asOf)) moved.set(payment.id, statusOf(payment));
      }
      if (++pages === mostPages) break;
    }
  };
  for (const status of lists) await fromItsStart(() => addFrom(status));
  return moved;
}
