import { explain } from './explain.ts';
import { reconcile } from './reconcile.ts';
import type { ReconcileOptions } from './reconcile-options.ts';
import type { Explanation, Pointed, Reconciliation } from './reconciliation.ts';

/** What mends a difference; made of sync's parts by who may call both. */
export interface Repairs {
  /** Reads these payments again, and writes what the warehouse lacks. @throws when it failed */
  recheck(payments: readonly Pointed[]): Promise<void>;
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
}

/** Counts; if asked to, names what differs, mends what reading it again can mend, and counts again. */
export async function reconcileAndRepair(
  options: ReconcileOptions,
  asked: ReconcileAsked,
  repairs: Repairs,
): Promise<ReconcileOutcome> {
  const first = await reconcile(options);
  if (!asked.explain && !asked.repair) return { first, explanation: null, again: null };
  const explanation = await explain(options, first);
  const toRead = [...explanation.missing, ...explanation.differing];
  if (!asked.repair || toRead.length + explanation.doubled.length === 0) return { first, explanation, again: null };
  if (toRead.length > 0) await repairs.recheck(toRead);
  if (explanation.doubled.length > 0) await repairs.supersede(explanation.doubled);
  return { first, explanation, again: await reconcile(options) };
}
