import { TerminalError, TransientError } from '../errors.ts';
import type { HttpClient } from '../extract/http-client.ts';
import type { Page } from '../extract/pages.ts';
import { canAskFor, openFinder } from '../extract/single.ts';
import { RequestRefused } from '../extract/verdict.ts';
import type { Source } from '../sources/source.ts';
import { monthOf } from '../warehouse/keys.ts';
import type { PageReader } from './open-reading.ts';
import type { ReadPage } from './reading.ts';
import { runSync } from './run-sync.ts';
import type { RecheckCounts, SyncSummary } from './summary.ts';
import type { Scope } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import { type Place, startOfList } from './sync-state.ts';

/** A payment the warehouse holds, as far as it takes to ask for it. */
export interface PointedPayment {
  readonly id: string;
  /** Value of the field that the source's search goes by, where it has no path for a payment. */
  readonly orderId: string | null;
  readonly createdAt: number | null;
}

/** The API refuses to be asked for so many in a row: then it is not about this payment or that. */
const mostRefusals = 3;

export const recheckScope: Scope = { mode: 'recheck', from: null, to: null, filters: {}, rewrite: false };

/**
 * Reads these payments again one by one, in this order, and writes what the warehouse does not hold exactly: a sync
 * like any other, with its own checkpoint, loads and rows of `loads`. Cut short, it is not gone on with: the next call
 * says anew what is to be read.
 *
 * @param told.keepsRound whether the checkpoint keeps the last payment read, for `roundPlace`; else it stays as it was
 * @param told.onUnread of each payment that was not read: it can't be asked for, or was refused or not found. Who is told
 * reads them in another way: after a few refusals in a row the others are told unasked; else those end the sync
 * @returns with `recheck`; status paused when `options.mostRequests` or the time was used up before the last payment
 */
export async function runRecheck(
  options: SyncOptions,
  payments: readonly PointedPayment[],
  { keepsRound = false, onUnread }: Partial<Pick<Singles, 'keepsRound' | 'onUnread'>> = {},
): Promise<SyncSummary> {
  const { continuation: _, ...anew } = options;
  const { source } = options.instance;
  const { now } = options.clock;
  const warn = (message: string) => options.log('warn', message, { instance: options.instance.name });
  const counts = { asked: 0, gone: 0, notRereadable: 0 };
  const openPages = (client: HttpClient, place: Place, mayAsk: () => boolean) =>
    readSingles(source, openFinder(client, source), payments, place, {
      keepsRound,
      onUnread,
      now,
      mayAsk,
      counts,
      warn,
    });
  const summary = await runSync({ ...anew, scope: recheckScope }, openPages);
  return { ...summary, recheck: counts };
}

interface Singles {
  readonly keepsRound: boolean;
  readonly onUnread?: ((payment: PointedPayment) => void) | undefined;
  readonly now: () => number;
  readonly mayAsk: () => boolean;
  readonly warn: (message: string) => void;
  /** Counted as they are read. */
  readonly counts: { -readonly [Key in keyof RecheckCounts]: RecheckCounts[Key] };
}

/** Each payment is a page of its own: of one record, or of none when the API does not have it or cannot be asked. */
function readSingles(
  source: Source,
  find: ReturnType<typeof openFinder>,
  payments: readonly PointedPayment[],
  before: Place,
  { keepsRound, onUnread, now, mayAsk, counts, warn }: Singles,
): PageReader {
  let place: Place = { ...startOfList, cursor: before.cursor };
  let next = 0;
  let refusals = 0;
  let failure: TransientError | null = null;

  /** One that the API refuses to be asked for must not keep those behind it from their turn, night after night. */
  const findOne = async (known: Parameters<typeof find>[0]): Promise<Page | 'refused' | null> => {
    try {
      const found = await find(known);
      refusals = 0;
      return found;
    } catch (error) {
      if (error instanceof TransientError) {
        // Thrown behind this payment: if it is the one that the API can't answer, the next night begins with another.
        failure = error;
        return 'refused';
      }
      const isOfTheKey = error instanceof RequestRefused && (error.status === 401 || error.status === 403);
      if (!(error instanceof TerminalError) || isOfTheKey) throw error;
      if (++refusals === mostRefusals && !onUnread) throw error;
      warn(`payment ${known.id} was not read again: ${error.message}`);
      return 'refused';
    }
  };

  return {
    async next(): Promise<ReadPage | null> {
      if (failure) throw failure;
      const payment = payments[next];
      if (!payment) return null;
      const known = { id: payment.id, searchedBy: payment.orderId };
      const mayBeAsked = refusals < mostRefusals && canAskFor(source, known);
      const answer = mayBeAsked ? await findOne(known) : 'refused';
      const isAsked = answer !== 'refused';
      const found = isAsked ? answer : null;
      next += 1;
      if (!isAsked) counts.notRereadable += 1;
      else counts.asked += 1;
      if (isAsked && !found) counts.gone += 1;
      if (!found) onUnread?.(payment);
      place = {
        ...place,
        ...(keepsRound && { cursor: roundPlace(payment) }),
        heldRecords: place.heldRecords || found !== null,
        atEnd: next === payments.length,
      };
      const nothing = { records: [], more: false, next: null, total: null, answeredAt: now(), requestId: null };
      return { page: { ...(found ?? nothing), total: payments.length }, place };
    },
    stopBefore() {},
    get isUsedUp() {
      return next < payments.length && !mayAsk();
    },
  };
}

/** Where a payment stands in the round over all open payments: as text, by month and id. */
export const roundPlace = ({ id, createdAt }: Pick<PointedPayment, 'id' | 'createdAt'>): string =>
  `${monthOf(createdAt)} ${id}`;
