import { TakenOver } from '../errors.ts';
import type { CheckpointTable, Stored } from '../load/checkpoint-table.ts';
import type { Reconciliation } from './reconciliation.ts';

const item = 'reconciliation';

/** What the last counting of an instance came to. */
export interface LastReconciliation {
  /** ISO, UTC. */
  readonly at: string;
  readonly verdict: Reconciliation['verdict'];
  readonly difference: number;
  readonly duplicates: number;
}

/** Leaves word of a counting beside the checkpoints, so that a status need not query the table. */
export async function noteReconciliation(table: CheckpointTable, counted: Reconciliation): Promise<void> {
  const key = { instance: counted.instance, item };
  const { verdict, difference, duplicates } = counted;
  const note: LastReconciliation = { at: new Date(counted.countedAt).toISOString(), verdict, difference, duplicates };
  try {
    await table.move(key, (await table.read(key))?.version ?? null, note);
  } catch (error) {
    // Another counting left word at the same moment: its word is as new.
    if (!(error instanceof TakenOver)) throw error;
  }
}

/** @returns null when the instance was never counted */
export const lastReconciliation = (instance: string, items: readonly Stored<unknown>[]): LastReconciliation | null =>
  (items.find((each) => each.instance === instance && each.item === item)?.state as LastReconciliation | undefined) ??
  null;
