import { TerminalError } from '../errors.ts';
import { sources } from '../sources/index.ts';
import { deleteStaleSeenIds } from '../sync/delete-stale-seen-ids.ts';
import { compactMonth } from '../upkeep/compact-month.ts';
import type { CompactOptions, CompactSummary } from '../upkeep/compact-options.ts';
import { monthsWithWork } from '../upkeep/compact-work.ts';
import { type CompactionSettings, compactionMetrics } from '../warehouse/compaction-settings.ts';
import { allTables, type HistoryTable } from '../warehouse/history-tables.ts';
import { type CompactEvent, parseCompactEvent } from './compact-event.ts';

export type CompactionMetric = (typeof compactionMetrics)[keyof typeof compactionMetrics];

/** What an invocation of the compaction needs of the world: in the cloud AWS's clients, in a test the laptop's. */
export interface CompactWorld {
  readonly settings: CompactionSettings;
  readonly options: CompactOptions;
  /** Returns when the event is queued, not when it was worked on. */
  invokeSelf(event: CompactEvent): Promise<void>;
  metric(name: CompactionMetric, value: number): void;
}

export type CompactAnswer =
  | { readonly invoked: readonly CompactEvent[]; readonly staleSeenIds: number }
  | { readonly months: readonly CompactEvent[] }
  | { readonly compaction: CompactSummary; readonly goesOn: boolean }
  | { readonly error: string };

/**
 * One month of one table is compacted here; for anything wider the function is invoked again for each month that has
 * work, so that each has 15 minutes of its own. Asked about all tables, it also deletes the seen ids of readings that
 * nothing is reckoned from any more: no other function may delete a file.
 *
 * @returns what was done; also an error that no retry would mend
 * @throws {TransientError} so that Lambda's own retry begins the month anew
 */
export async function answerCompactEvent(event: unknown, world: CompactWorld): Promise<CompactAnswer> {
  try {
    const asked = parseCompactEvent(event);
    const tables = tablesOf(world.settings, asked.table);
    const [table] = tables;
    if (asked.month === undefined || !table) {
      const months = await monthsOf(asked, tables, world);
      if (asked.dryRun) return { months };
      for (const event of months) await world.invokeSelf(event);
      world.options.log('info', `compaction: ${months.length} months have work`);
      return { invoked: months, staleSeenIds: asked.table === undefined ? await deleteSeenIds(world) : 0 };
    }
    const compaction = await compactMonth(world.options, { table, month: asked.month }, asked.only ?? 'all');
    world.metric(compactionMetrics.filesFolded, compaction.filesBefore);
    world.metric(compactionMetrics.filesDeleted, compaction.deleted);
    world.options.log('info', `${table.name} ${asked.month}: compaction ${compaction.status}`, { ...compaction });
    const goesOn = compaction.status === 'stopped';
    if (goesOn) await world.invokeSelf(asked);
    return { compaction, goesOn };
  } catch (error) {
    const { name, message } = error as Error;
    world.options.log('error', message, { error: name });
    if (!(error instanceof TerminalError)) throw error;
    world.metric(compactionMetrics.compactionFailed, 1);
    return { error: message };
  }
}

async function monthsOf(
  { only }: CompactEvent,
  tables: readonly HistoryTable[],
  { options }: CompactWorld,
): Promise<CompactEvent[]> {
  const months: CompactEvent[] = [];
  for (const table of tables) {
    for (const { month } of await monthsWithWork(options, table, only ?? 'all')) {
      months.push({ table: table.name, month, ...(only && { only }) });
    }
  }
  return months;
}

/** Throws nothing: the months are invoked already, and a retry would invoke them again. The next day tries again. */
async function deleteSeenIds({
  settings,
  options: { store, checkpoints, log },
  metric,
}: CompactWorld): Promise<number> {
  let deleted = 0;
  for (const { name } of settings.instances) {
    try {
      deleted += await deleteStaleSeenIds(store, checkpoints, name);
    } catch (error) {
      const { message } = error as Error;
      log('error', `the seen ids of old readings were not deleted: ${message}`, { instance: name });
      if (error instanceof TerminalError) metric(compactionMetrics.compactionFailed, 1);
    }
  }
  return deleted;
}

/** @throws {TerminalError} for a table that there is none of, or an API this function was not built with */
function tablesOf({ instances }: CompactionSettings, name: string | undefined): readonly HistoryTable[] {
  const all = allTables(
    instances.map(({ name: instance, api }) => {
      const source = sources.find((each) => each.name === api);
      if (source) return { name: instance, source };
      throw new TerminalError(`${instance}: its API '${api}' must be one this function was built with; deploy again`);
    }),
  );
  if (name === undefined) return all;
  const chosen = all.filter((table) => table.name === name);
  if (chosen.length > 0) return chosen;
  throw new TerminalError(`a table to compact is one of ${all.map((each) => each.name).join(', ')}, got '${name}'`);
}
