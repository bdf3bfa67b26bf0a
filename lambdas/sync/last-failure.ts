import type { CheckpointTable, ItemKey, Stored } from '../load/checkpoint-table.ts';
import { type Scope, syncItem, syncItemPrefix } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';

/** What a sync failed with last, for who looks later or from outside: the answer of a function is seen by nobody. */
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

/** @returns null when nobody ever failed at this; its version grows with each failure */
export const lastFailure = (table: CheckpointTable, instance: string, scope: Scope): Promise<Stored<Failure> | null> =>
  table.read<Failure>(failureKey(instance, scope));

/** Writes down a failure beside the checkpoint. Does not throw: what it would say is said by the failure. */
export async function noteFailure(
  { checkpoints, instance: { name }, scope, clock }: Pick<SyncOptions, 'checkpoints' | 'instance' | 'scope' | 'clock'>,
  failure: Omit<Failure, 'at'>,
): Promise<void> {
  try {
    const before = await lastFailure(checkpoints, name, scope);
    const noted: Failure = { ...failure, at: clock.now() };
    await checkpoints.move(failureKey(name, scope), before?.version ?? null, noted);
  } catch {
    // The checkpoint table refuses, or another process has just failed at the same and said so.
  }
}
