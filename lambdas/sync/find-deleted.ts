import type { HttpClient } from '../extract/http-client.ts';
import { openList } from '../extract/pages.ts';
import { openFinder } from '../extract/single.ts';
import { accountOf, hourMs } from './begin-sync.ts';
import type { IdSet } from './id-set.ts';
import type { MonthToMark } from './mark-payments.ts';
import { readSeenIds } from './seen-ids.ts';
import { type Lake, paymentsFiles, type ShownPayment, shownPayments } from './shown-payments.ts';
import type { FullReading, InstanceState } from './sync-state.ts';

/** Payments asked for by id after one reading, at most: at 5 requests a second 100 seconds. */
const mostAsked = 500;

/** Fewer are always believed; more only up to the share. */
const alwaysBelieved = 20;
const mostShare = 0.1;

/** What a look for deleted payments came to. */
export interface Deleted {
  /** Payments to mark. */
  readonly count: number;
  /** They are so many that the list is doubted rather than they. */
  readonly isTooMany: boolean;
  /** The payments, read once more, month by month. */
  months(): AsyncGenerator<MonthToMark>;
}

/**
 * Looks for payments of a full reading's account that it did not see, nor the full reading before: they are gone. Of
 * an API that gives single payments each is asked for by its id; then one reading is enough, and what answers is not
 * gone. Memory: the ids of both readings, the missing payments of one month.
 *
 * @param hasTime whether another payment may be asked for
 * @returns null when the reading proves nothing: payments are missing from it, it named no account, or its ids are gone
 * @see protocol.md, "Deleted at the source"
 */
export async function findDeleted(
  lake: Lake,
  about: InstanceState,
  client: HttpClient,
  hasTime: () => boolean = () => true,
): Promise<Deleted | null> {
  const { reading, readingBefore } = about;
  if (!reading?.isWhole || reading.account === null) return null;
  const seen = await idsOf(lake, reading);
  if (!seen) return null;
  const isPair = readingBefore?.isWhole && readingBefore.account === reading.account;
  const before = isPair ? await idsOf(lake, readingBefore) : null;
  const isMissing = (id: string, account: string | null) => account === reading.account && !seen.has(id);
  const timesMissing = (payment: ShownPayment): 0 | 1 | 2 => {
    if (payment.isDeleted || payment.isSuperseded) return 0;
    // First: it may have been begun before the other one, and closed after it.
    if (!isMissingFrom(seen, reading, payment)) return 0;
    return readingBefore && before && isMissingFrom(before, readingBefore, payment) ? 2 : 1;
  };

  let twice = 0;
  const toAsk: string[] = [];
  const files = await paymentsFiles(lake);
  const months = new Set<string>();
  for (const [month, objects] of files) {
    for (const payment of await shownPayments(lake, objects, isMissing)) {
      const times = timesMissing(payment);
      if (times === 0) continue;
      months.add(month);
      if (times === 2) twice += 1;
      if (toAsk.length < mostAsked) toAsk.push(payment.id);
    }
  }
  // A list that lost a part of itself is not asked about payment by payment.
  const isDoubted = isTooMany(twice, seen);
  const answers = isDoubted ? new Map<string, boolean>() : await ask(lake, client, reading, toAsk, hasTime);
  const isGone = (payment: ShownPayment): boolean => {
    const times = timesMissing(payment);
    return times > 0 && !(answers.get(payment.id) ?? times === 1);
  };

  async function* gone(): AsyncGenerator<MonthToMark> {
    for (const month of months) {
      const missing = await shownPayments(lake, files.get(month) ?? [], isMissing);
      const payments = missing.filter(isGone);
      if (payments.length > 0) yield { month, payments };
    }
  }
  let count = 0;
  for await (const { payments } of gone()) count += payments.length;
  return { count, isTooMany: isTooMany(count, seen), months: gone };
}

/** @returns null when its files are not all there: without them every payment would seem deleted */
async function idsOf({ store, instance }: Lake, { syncId, payments }: FullReading): Promise<IdSet | null> {
  const seen = await readSeenIds(store, instance.name, syncId);
  return seen.size === payments ? seen : null;
}

/** Not seen by a reading, though it was there, at the API and in the warehouse, before the reading began. */
const isMissingFrom = (seen: IdSet, { begunAt }: FullReading, { id, createdAt, loadedAt }: ShownPayment): boolean =>
  !seen.has(id) && (createdAt ?? loadedAt) < begunAt - hourMs && loadedAt < begunAt;

const isTooMany = (missing: number, seen: IdSet): boolean =>
  missing > alwaysBelieved && missing > mostShare * (missing + seen.size);

/**
 * Asks for payments by id.
 *
 * @returns id → whether the API has it; empty where the API gives no single payments, or the key turns out to be
 * another account's: it would find none of them
 */
async function ask(
  { instance: { source } }: Lake,
  client: HttpClient,
  reading: FullReading,
  ids: readonly string[],
  hasTime: () => boolean,
): Promise<Map<string, boolean>> {
  const answers = new Map<string, boolean>();
  if (source.single?.kind !== 'path' || ids.length === 0) return answers;
  const find = openFinder(client, source);
  const isThere = async (id: string) => (await find({ id, searchedBy: null })) !== null;
  const head = await openList(client, source, {}, 1).page(null);
  const [known] = head.records;
  const isOwnKey = accountOf(head, source.account) === reading.account;
  if (!isOwnKey || !known || !(await isThere(known.id as string))) return answers;
  for (const id of ids) {
    if (!hasTime()) break;
    answers.set(id, await isThere(id));
  }
  return answers;
}
