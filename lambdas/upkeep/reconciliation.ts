import type { verdicts } from '../warehouse/reconciliations-table.ts';

export type Verdict = (typeof verdicts)[number];

/** One line of a counting: the whole list, or one status of it. */
export interface Count {
  /** null: the whole list. */
  readonly status: string | null;
  /** As of `Reconciliation.asOf`. */
  readonly inApi: number;
  readonly inWarehouse: number;
  readonly verdict: Verdict;
  /** Ids that stand under more than one created_at. */
  readonly duplicates: number;
}

/** A payment by what it takes to read it again. */
export interface Pointed {
  readonly id: string;
  readonly orderId: string | null;
  readonly createdAt: number | null;
  /** In the API's own words, as its list has it. */
  readonly status: string | null;
}

/** Which payments a difference is made of. */
export interface Explanation {
  /** Statuses that were paged; null: the whole list. */
  readonly paged: readonly (string | null)[];
  /** Listed by the API, not in the warehouse. */
  readonly missing: readonly Pointed[];
  /** In both, and not equal. */
  readonly differing: readonly Pointed[];
  /** In the warehouse, and not on the API's lists. */
  readonly surplus: readonly string[];
  /** Ids that stand under more than one created_at. */
  readonly doubled: readonly string[];
}

/** One counting of an instance. */
export interface Reconciliation {
  readonly id: string;
  readonly instance: string;
  readonly source: string;
  /** Payments created or changed since are not compared, ms. */
  readonly asOf: number;
  /** By our clock, ms. */
  readonly countedAt: number;
  /** The completed reading the warehouse is held to; null: not known, since a later one is under way. */
  readonly syncId: string | null;
  /** Ids of payments known to have changed since `asOf`: the warehouse rightly has them as they were. */
  readonly leftOut: ReadonlySet<string>;
  /** The whole list first. */
  readonly counts: readonly Count[];
  /** Of all counts. */
  readonly verdict: Verdict;
  /** Payments by which they differ, at least: 0 for equal and for moving. */
  readonly difference: number;
  readonly duplicates: number;
}

/** @param one, other at the API, before and after the warehouse was asked */
export function judge(one: number, other: number, inWarehouse: number, duplicates: number): Verdict {
  if (other === inWarehouse && one === other) return duplicates > 0 ? 'doubled' : 'equal';
  if (Math.min(one, other) <= inWarehouse && inWarehouse <= Math.max(one, other)) return 'moving';
  return other > inWarehouse ? 'missing' : 'surplus';
}

export const differs = ({ verdict }: Pick<Count, 'verdict'>): boolean => verdict !== 'equal' && verdict !== 'moving';

/** The one verdict over all counts: the whole list's, or else the first of a status that differs. */
export function verdictOf(counts: readonly Count[]): Verdict {
  const found = counts.find(differs) ?? counts.find(({ verdict }) => verdict === 'moving');
  return found?.verdict ?? 'equal';
}

/** A payment that is under a wrong status counts once, not once at each of the two. */
export function differenceOf(counts: readonly Count[], duplicates: number): number {
  const by = counts.filter(differs).map(({ status, inApi, inWarehouse }) => ({ status, more: inApi - inWarehouse }));
  const whole = by.find(({ status }) => status === null)?.more ?? 0;
  const sum = (sign: 1 | -1) =>
    by.reduce((total, { status, more }) => total + (status === null ? 0 : Math.max(0, sign * more)), 0);
  return Math.max(Math.abs(whole), sum(1), sum(-1), duplicates);
}
