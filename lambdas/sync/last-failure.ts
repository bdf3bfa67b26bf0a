import type { CheckpointTable, ItemKey, Stored } from '../load/checkpoint-table.ts';
import { type Scope, syncItem, syncItemPrefix } from './sync-names.ts';

/** What a function failed with last, for whoever follows its sync from outside: its answer is seen by nobody. */
export interface Failure {
  /** null: it failed before its sync was begun. */
  readonly syncId: string | null;
  /** Holds no credential and no payload, as every error's text. */
  readonly message: string;
  /** Trying again changes nothing until somebody acts. */
  readonly lasting: boolean;
  readonly at: number;
}

export const failureItemPrefix = 'failure#';

const failureKey = (instance: string, scope: Scope): ItemKey => ({
  instance,
  item: `${failureItemPrefix}${syncItem(scope).slice(syncItemPrefix.length)}`,
});

/** @returns null when no function ever failed at this; its version grows with each failure */
export const lastFailure = (table: CheckpointTable, instance: string, scope: Scope): Promise<Stored<Failure> | null> =>
  table.read<Failure>(failureKey(instance, scope));

/** Writes down a failure beside the checkpoint. Does not throw: what it would say is said by the failure. */
export async function noteFailure(
  table: CheckpointTable,
  instance: string,
  scope: Scope,
  failure: Failure,
): Promise<void> {
  try {
    const before = await lastFailure(table, instance, scope);
    await table.move(failureKey(instance, scope), before?.version ?? null, failure);
  } catch {
    // The checkpoint table refuses, or another invocation has just failed at the same and said so.
  }
}
