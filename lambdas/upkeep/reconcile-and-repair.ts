import { explain } from './explain.ts';
import { reconcile } from './reconcile.ts';
import type { ReconcileOptions } from './reconcile-options.ts';
import { differs, type Explanation, type Pointed, type Reconciliation } from './reconciliation.ts';

/** What mends a difference; made of sync's parts by who may call both. */
export interface Repairs {
  /**
   * Reads these payments again one by one, and writes what the warehouse lacks.
   *
   * @returns the ids of those that the API could not be asked for singly, refused or did not find
   * @throws when it failed
   */
  recheck(payments: readonly Pointed[]): Promise<ReadonlySet<string>>;
  /** Reads a status's list, or the whole one (null), and writes what the warehouse lacks. @throws when it failed */
  readList(status: string | null): Promise<void>;
  /** Writes the older rows of these ids again as superseded. @throws when it failed */
  supersede(ids: readonly string[]): Promise<void>;
}

export interface ReconcileAsked {
  /** Name the payments that a difference is made of. */
  readonly explain: boolean;
  /** Mend it, and count again. Explains too. */
  readonly repair: boolean;
}

export interface ReconcileOutcome {
  readonly first: Reconciliation;
  /** null: not asked for. */
  readonly explanation: Explanation | null;
  /** After the repair; null: there was none, or nothing to repair. */
  readonly again: Reconciliation | null;
  /** What differs after the repair still; null: nothing, or there was none. */
  readonly left: Explanation | null;
}

/**
 * Counts; if asked to, names what differs, mends what reading it again can mend, and counts again. What can't be read
 * singly is read by the list it was found on.
 */
export async function reconcileAndRepair(
  options: ReconcileOptions,
  asked: ReconcileAsked,
  repairs: Repairs,
): Promise<ReconcileOutcome> {
  const first = await reconcile(options);
  if (!asked.explain && !asked.repair) return { first, explanation: null, again: null, left: null };
  const explanation = await explain(options, first);
  const toRead = [...explanation.missing, ...explanation.differing];
  if (!asked.repair || toRead.length + explanation.doubled.length === 0) {
    return { first, explanation, again: null, left: null };
  }
  if (toRead.length > 0) {
    const unread = await repairs.recheck(toRead);
    const lists = listsOf(
      first,
      toRead.filter(({ id }) => unread.has(id)),
    );
    for (const status of lists) await repairs.readList(status);
  }
  if (explanation.doubled.length > 0) await repairs.supersede(explanation.doubled);
  const again = await reconcile(options);
  return { first, explanation, again, left: differs(again) ? await explain(options, again) : null };
}

/** The statuses that these payments have, or the whole list where one of those can't be listed alone. */
function listsOf({ counts }: Reconciliation, payments: readonly Pointed[]): (string | null)[] {
  const listed = new Set(counts.map(({ status }) => status));
  const statuses = [...new Set(payments.map(({ status }) => status))];
  return statuses.every((status) => listed.has(status)) && !statuses.includes(null) ? statuses : [null];
}
