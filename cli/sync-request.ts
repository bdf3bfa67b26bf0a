import type { PersonalDataMode } from '../lambdas/sources/personal-data.ts';
import type { Source } from '../lambdas/sources/source.ts';
import type { Scope } from '../lambdas/sync/sync-names.ts';

/** What `payments-lake sync` was asked to do, checked: every name known, every instant in milliseconds UTC. */
export interface SyncRequest {
  /** At least one, in the order given; `instance` is also the prefix of its tables and of its key's variable. */
  readonly sources: readonly { readonly instance: string; readonly api: Source }[];
  /** A range, or everything, instead of the nightly's part of the list. */
  readonly backfill: boolean;
  /** createdAt, inclusive. */
  readonly from: number | null;
  /** createdAt, exclusive. */
  readonly to: number | null;
  /** As the API names them. Not empty: a targeted reading of all that matches, with a checkpoint of its own. */
  readonly filters: Readonly<Record<string, string>>;
  /** Write all that is read, also what the warehouse holds already. */
  readonly rewrite: boolean;
  /** null: as the lake has it; a new one keeps it. */
  readonly personalData: PersonalDataMode | null;
  /** Mark as deleted also what is suspiciously much. */
  readonly confirmDeletions: boolean;
  /** null: the documented limit. */
  readonly ratePerMinute: number | null;
  /** The lake's folder, as it was given. */
  readonly lake: string;
  /** Stands in for the documented base; without a slash at its end. */
  readonly baseUrl: string | null;
  /** Accepts another base URL for the same account. */
  readonly sameAccount: boolean;
  readonly json: boolean;
}

/** A targeted reading is a backfill: the nightly's boundary is not for it. */
export const scopeOf = ({
  backfill,
  from,
  to,
  filters,
  rewrite,
}: Pick<SyncRequest, 'backfill' | 'from' | 'to' | 'filters' | 'rewrite'>): Scope => ({
  mode: backfill || Object.keys(filters).length > 0 ? 'backfill' : 'incremental',
  from,
  to,
  filters,
  rewrite,
});

/** What `payments-lake status` was asked to do. */
export interface StatusRequest {
  readonly lake: string;
  readonly json: boolean;
}
