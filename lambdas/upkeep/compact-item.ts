import { v7 as uuidv7 } from 'uuid';
import type { CheckpointTable, ItemKey, Stored } from '../load/checkpoint-table.ts';
import { compactionPartitionPrefix } from '../warehouse/compaction-settings.ts';
import { monthPrefix } from '../warehouse/keys.ts';
import type { TableMonth } from './compact-options.ts';

/**
 * One round of a compaction, in the checkpoint table.
 * - writing: its files are being put and checked. Found by another process: it was killed.
 * - superseded: its inputs are to be deleted once `at` is a grace ago, while its outputs are there.
 * - abandoned: its outputs are to be deleted once `at` is a grace ago; its inputs stand as they are.
 */
export interface RoundState {
  readonly phase: 'writing' | 'superseded' | 'abandoned';
  /** File names without `.parquet`, below the month's prefix. */
  readonly inputs: readonly string[];
  /** Each with its bytes; empty while they are written. All begin with the round's id. */
  readonly outputs: readonly { readonly name: string; readonly size: number }[];
  /** When the phase was entered, ms. */
  readonly at: number;
}

export interface Round {
  readonly id: string;
  readonly stored: Stored<RoundState>;
}

/** Where compaction's items lie: no instance's name has a `#`, so a sync never meets them. */
const partition = (table: string): string => `${compactionPartitionPrefix}${table}`;

export const leaseKey = ({ table, month }: TableMonth): ItemKey => ({ instance: partition(table.name), item: month });

export const roundKey = ({ table, month }: TableMonth, id: string): ItemKey => ({
  instance: partition(table.name),
  item: `${month}#${id}`,
});

/** UUIDv7: of one month, rounds in text order are in order of age. */
export const newRoundId = (now: number): string => uuidv7({ msecs: now });

/** As a `_load_id` is made: the id, the file's number, and two fields that a compaction has no use for. */
export const outputName = (roundId: string, file: number): string =>
  `${roundId}-${String(file).padStart(6, '0')}-00000000-00`;

/** Whether a file was written by a round. */
export const isOutputOf = ({ id }: Round, name: string): boolean => name.startsWith(`${id}-`);

const extension = '.parquet';

export const keyOf = ({ table, month }: TableMonth, name: string): string =>
  `${monthPrefix(table.name, month)}${name}${extension}`;

/** @returns null for what is no file of ours */
export function nameOf({ table, month }: TableMonth, key: string): string | null {
  const name = key.slice(monthPrefix(table.name, month).length);
  return name.endsWith(extension) && !name.includes('/') ? name.slice(0, -extension.length) : null;
}

/** Every round of a table that is not over, by month, oldest first. */
export async function openRounds(checkpoints: CheckpointTable, table: string): Promise<Map<string, Round[]>> {
  const rounds = new Map<string, Round[]>();
  for (const stored of await checkpoints.readAll(partition(table))) {
    const [month = '', id] = stored.item.split('#');
    if (id === undefined) continue;
    const round: Round = { id, stored: stored as Stored<RoundState> };
    rounds.set(month, [...(rounds.get(month) ?? []), round]);
  }
  for (const each of rounds.values()) each.sort((one, other) => (one.id < other.id ? -1 : 1));
  return rounds;
}
