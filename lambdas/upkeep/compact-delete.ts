import { TakenOver } from '../errors.ts';
import type { StoredObject } from '../load/object-store.ts';
import { isOutputOf, keyOf, nameOf, type Round, type RoundState } from './compact-item.ts';
import type { CompactOptions, TableMonth } from './compact-options.ts';
import type { CompactSettings } from './compact-settings.ts';

/** Whether a round can be ended: it was killed, or its grace is over. */
export const isDue = ({ stored }: Round, { graceMs }: CompactSettings, now: number): boolean =>
  stored.state.phase === 'writing' || now - stored.state.at >= graceMs;

/**
 * A round that somebody left while it wrote: whoever it was can supersede nothing any more, and what it wrote is
 * deleted later, like everything that a query may have listed.
 *
 * @returns the round as it now stands, or null if its owner lives and was quicker
 */
export async function abandon(options: CompactOptions, round: Round): Promise<Round | null> {
  const { stored } = round;
  const state: RoundState = { ...stored.state, phase: 'abandoned', at: options.now() };
  try {
    const version = await options.checkpoints.move(stored, stored.version, state);
    return { ...round, stored: { ...stored, state, version } };
  } catch (error) {
    if (error instanceof TakenOver) return null;
    throw error;
  }
}

/**
 * Deletes what the rounds of a month have superseded, oldest round first and none before the one before it: the files
 * of a round may be superseded themselves by the next, and must outlive what they stand for.
 *
 * @param rounds of the month, oldest first
 * @param objects the month as it is listed
 * @returns the rounds that are left, and how many files were deleted
 */
export async function deleteDue(
  options: CompactOptions,
  month: TableMonth,
  rounds: readonly Round[],
  objects: readonly StoredObject[],
): Promise<{ left: readonly Round[]; deleted: number }> {
  const sizes = new Map(objects.map(({ key, size }) => [key, size]));
  let deleted = 0;
  for (const [index, round] of rounds.entries()) {
    if (!isDue(round, options.settings, options.now())) return { left: rounds.slice(index), deleted };
    const { state, version } = round.stored;
    const keys = toDelete(month, round, objects).filter((key) => sizes.has(key));
    const isReplaced =
      state.phase !== 'superseded' || state.outputs.every(({ name, size }) => sizes.get(keyOf(month, name)) === size);
    if (isReplaced) {
      await options.store.delete(keys);
      deleted += keys.length;
    } else {
      // Somebody else deleted what was written for them: they are the only copy, and count as live again.
      options.log('warn', `${month.table.name} ${month.month}: superseded files are kept, what replaced them is gone`, {
        files: keys.length,
        round: round.id,
      });
    }
    await options.checkpoints.remove(round.stored, version);
  }
  return { left: [], deleted };
}

function toDelete(month: TableMonth, round: Round, objects: readonly StoredObject[]): string[] {
  const { phase, inputs } = round.stored.state;
  if (phase === 'superseded') return inputs.map((name) => keyOf(month, name));
  return objects.map(({ key }) => key).filter((key) => isOutputOf(round, nameOf(month, key) ?? ''));
}
