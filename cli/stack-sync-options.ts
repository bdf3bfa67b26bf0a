import type { Scope } from '../lambdas/sync/sync-names.ts';
import { chosenInstances } from './chosen-instances.ts';
import type { StackInstance } from './stack.ts';
import { parseFilters, parseRange, refuseTwice, type SyncOptions } from './sync-options.ts';
import { scopeOf } from './sync-request.ts';

/** What `sync --stack` was asked to do, checked as far as it can be without the stack. */
export interface StackSyncRequest {
  readonly stack: string;
  /** Names of instances; none means all of the stack. */
  readonly given: readonly string[];
  readonly json: boolean;
  readonly confirmDeletions: boolean;
  /**
   * The instances to sync, and what of each.
   *
   * @throws {UsageError} for a name the stack does not have, or a filter that its API does not have
   */
  choose(instances: readonly StackInstance[]): { readonly chosen: readonly StackInstance[]; readonly scope: Scope };
}

/** @throws {UsageError} naming the option, its rule and what was got */
export function parseStackSyncOptions(given: readonly string[], stack: string, options: SyncOptions): StackSyncRequest {
  const range = parseRange(options);
  refuseTwice(given);
  return {
    stack,
    given,
    json: options.json === true,
    confirmDeletions: options.confirmDeletions === true,
    choose(instances) {
      const chosen = chosenInstances(given, instances, `the stack ${stack}`);
      const apis = chosen.map(({ source }) => source);
      const filters = parseFilters(options.filter ?? [], apis);
      return { chosen, scope: scopeOf({ ...range, filters, rewrite: options.rewrite === true }) };
    },
  };
}

/** The event that asks a function for the scope, as its README tells a person to write it. */
export const eventOf = ({ mode, from, to, filters, rewrite }: Scope, confirmDeletions = false): object => ({
  mode,
  ...(from !== null && { from: new Date(from).toISOString() }),
  ...(to !== null && { to: new Date(to).toISOString() }),
  ...(Object.keys(filters).length > 0 && { filter: filters }),
  ...(rewrite && { rewrite }),
  ...(confirmDeletions && { confirmDeletions }),
});
