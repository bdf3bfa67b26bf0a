import { deletionScope, type MonthToMark, markPayments } from './mark-payments.ts';
import { isNewer, paymentsFiles, type ShownPayment, shownPayments } from './shown-payments.ts';
import type { SyncSummary } from './summary.ts';
import type { SyncOptions } from './sync-options.ts';

/**
 * Mends payments that stand in the warehouse under more than one created_at, because the API changed it: all but the
 * one the API gave last get `_superseded_at`, which hides them. Ids that stand there once are left alone.
 *
 * @param options their scope is not looked at
 * @param ids few: their versions are in memory at once
 * @throws {TransientError} when another process is marking
 */
export async function runSupersede(options: SyncOptions, ids: readonly string[]): Promise<SyncSummary> {
  const own = { ...options, scope: deletionScope };
  const wanted = new Set(ids);
  const newest = new Map<string, ShownPayment>();
  const standing = async (files: Parameters<typeof shownPayments>[1]) =>
    (await shownPayments(own, files, (id) => wanted.has(id))).filter(({ isSuperseded }) => !isSuperseded);
  const files = await paymentsFiles(own);
  for (const objects of files.values()) {
    for (const payment of await standing(objects)) {
      const met = newest.get(payment.id);
      if (!met || isSeenLater(payment, met)) newest.set(payment.id, payment);
    }
  }
  async function* older(): AsyncGenerator<MonthToMark> {
    for (const [month, objects] of files) {
      const all = await standing(objects);
      const payments = all.filter(({ id, createdAt }) => newest.get(id)?.createdAt !== createdAt);
      if (payments.length > 0) yield { month, payments };
    }
  }
  return markPayments(own, { months: older(), mark: '_superseded_at', at: options.clock.now() });
}

/** Not by `_version_at` first: it is moved on within one created_at only, so two of them do not compare. */
const isSeenLater = (one: ShownPayment, other: ShownPayment): boolean =>
  one.loadedAt === other.loadedAt ? isNewer(one, other) : one.loadedAt > other.loadedAt;
