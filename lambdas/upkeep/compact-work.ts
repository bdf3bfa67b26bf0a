import type { StoredObject } from '../load/object-store.ts';
import type { HistoryTable } from '../warehouse/history-tables.ts';
import { tablePrefix } from '../warehouse/keys.ts';
import { isDue } from './compact-delete.ts';
import { isOutputOf, nameOf, openRounds, type Round } from './compact-item.ts';
import type { CompactOptions, TableMonth } from './compact-options.ts';
import { type CompactSettings, fullBytes } from './compact-settings.ts';

/**
 * The months of a table that have something to do: enough small files, or rounds to be ended. Asks the store for one
 * listing and the checkpoint table for one query; no file is opened.
 *
 * @param only 'deletions': no months for the sake of small files alone
 */
export async function monthsWithWork(
  { store, checkpoints, settings, now }: CompactOptions,
  table: HistoryTable,
  only: 'all' | 'deletions' = 'all',
): Promise<TableMonth[]> {
  const rounds = await openRounds(checkpoints, table.name);
  const objects = new Map<string, StoredObject[]>();
  for (const month of rounds.keys()) objects.set(month, []);
  const needsListing =
    only === 'all' || [...rounds.values()].some((of) => of.some((each) => isDue(each, settings, now())));
  for (const object of needsListing ? await store.list(tablePrefix(table.name)) : []) {
    const [, month] = /\/month=(\d{4}-\d{2})\//.exec(object.key) ?? [];
    if (month === undefined) continue;
    const of = objects.get(month) ?? [];
    of.push(object);
    objects.set(month, of);
  }
  return [...objects]
    .filter(([month, of]) => {
      const open = rounds.get(month) ?? [];
      if (open.some((round) => isDue(round, settings, now()))) return true;
      return only === 'all' && smallFiles({ table, month }, of, open, settings).length >= settings.leastFiles;
    })
    .map(([month]) => ({ table, month }))
    .sort((one, other) => (one.month < other.month ? -1 : 1));
}

/** The files of a month that may be folded: neither large, nor superseded, nor left by a killed compaction. */
export function smallFiles(
  month: TableMonth,
  objects: readonly StoredObject[],
  rounds: readonly Round[],
  settings: CompactSettings,
): readonly (readonly [string, StoredObject])[] {
  const superseded = new Set(
    rounds.flatMap(({ stored: { state } }) => (state.phase === 'superseded' ? state.inputs : [])),
  );
  const unfinished = rounds.filter(({ stored }) => stored.state.phase !== 'superseded');
  return objects.flatMap((object): (readonly [string, StoredObject])[] => {
    const name = nameOf(month, object.key);
    const isOut = name === null || superseded.has(name) || unfinished.some((round) => isOutputOf(round, name));
    return isOut || object.size >= fullBytes(settings) ? [] : [[object.key, object]];
  });
}
