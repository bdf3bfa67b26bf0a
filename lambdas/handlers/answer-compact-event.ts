import { TerminalError } from '../errors.ts';
import { sources } from '../sources/index.ts';
import { deleteStaleSeenIds } from '../sync/delete-stale-seen-ids.ts';
import { compactMonth, hasTimeForARound } from '../upkeep/compact-month.ts';
import type { CompactOptions, CompactSummary } from '../upkeep/compact-options.ts';
import { monthsWithWork } from '../upkeep/compact-work.ts';
import { type CompactionSettings, compactionMetrics } from '../warehouse/compaction-settings.ts';
import { allTables, type HistoryTable } from '../warehouse/history-tables.ts';
import { type CompactEvent, type MonthEvent, parseCompactEvent } from './compact-event.ts';

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
  | { readonly invoked: readonly MonthEvent[]; readonly staleSeenIds: number }
  | { readonly months: readonly MonthEvent[] }
  | { readonly compaction: CompactSummary; readonly goesOn: boolean }
  | { readonly left: number }
  | { readonly error: string };

/** An event that is queued may have 256 KB, and a table's name 130 letters. */
const mostMonthsPerEvent = 1000;

/**
 * One month of one table is compacted here, and so are several, one after the other; for anything wider the months that
 * have work are shared out to a few invocations of this function. Asked about all tables, it also deletes the seen ids
 * of readings that nothing is reckoned from any more: no other function may delete a file.
 *
 * @returns what was done; also an error that no retry would mend
 * @throws {TransientError} so that Lambda's own retry begins the months anew; those that are done take no time
 */
export async function answerCompactEvent(event: unknown, world: CompactWorld): Promise<CompactAnswer> {
  try {
    const { months, table, month, only, dryRun } = parseCompactEvent(event);
    if (months) return { left: await compactEach(months, world) };
    if (table !== undefined && month !== undefined) {
      const asked = { table, month, only };
      const compaction = await compactOne(asked, world);
      const goesOn = compaction.status === 'stopped';
      if (goesOn) await world.invokeSelf(asked);
      return { compaction, goesOn };
    }
    const found = await monthsOf(only, tablesOf(world.settings, table), world);
    if (dryRun) return { months: found };
    for (const months of shared(found, world.settings.atOnce)) await world.invokeSelf({ months });
    world.options.log('info', `compaction: ${found.length} months have work`);
    return { invoked: found, staleSeenIds: table === undefined ? await deleteSeenIds(world) : 0 };
  } catch (error) {
    if (!isTerminal(error, world)) throw error;
    return { error: (error as Error).message };
  }
}

/** Dealt out like cards, since a table's newest months have the most to do. */
function shared(months: readonly MonthEvent[], atOnce: number): readonly (readonly MonthEvent[])[] {
  const hands = Math.max(Math.min(atOnce, months.length), Math.ceil(months.length / mostMonthsPerEvent));
  return Array.from({ length: hands }, (_, hand) => months.filter((_, index) => index % hands === hand));
}

/**
 * Each month has its turn, whatever came of those before it.
 *
 * @returns the months that were left to the next invocation for lack of time
 * @throws what a retry may mend, once all the others are done
 */
async function compactEach(months: readonly MonthEvent[], world: CompactWorld): Promise<number> {
  const failed: MonthEvent[] = [];
  let last: unknown;
  for (const [index, month] of months.entries()) {
    let isStopped = !hasTimeForARound(world.options);
    try {
      isStopped ||= (await compactOne(month, world)).status === 'stopped';
    } catch (error) {
      if (isTerminal(error, world, month)) continue;
      failed.push(month);
      last = error;
    }
    if (isStopped) {
      // A month that gets nowhere keeps no other from its turn.
      const left = [...months.slice(index + 1), ...failed, month];
      await world.invokeSelf({ months: left });
      return left.length;
    }
  }
  if (failed.length > 0) throw last;
  return 0;
}

async function compactOne({ table: name, month, only }: MonthEvent, world: CompactWorld): Promise<CompactSummary> {
  const [table] = tablesOf(world.settings, name) as [HistoryTable];
  const compaction = await compactMonth(world.options, { table, month }, only ?? 'all');
  world.metric(compactionMetrics.filesFolded, compaction.filesBefore);
  world.metric(compactionMetrics.filesDeleted, compaction.deleted);
  world.options.log('info', `${table.name} ${month}: compaction ${compaction.status}`, { ...compaction });
  return compaction;
}

/** Tells of the error, and whether no retry would mend it: that is an alarm. */
function isTerminal(error: unknown, { options, metric }: CompactWorld, month?: MonthEvent): boolean {
  const { name, message } = error as Error;
  options.log('error', message, { error: name, ...month });
  if (!(error instanceof TerminalError)) return false;
  metric(compactionMetrics.compactionFailed, 1);
  return true;
}

async function monthsOf(
  only: 'deletions' | undefined,
  tables: readonly HistoryTable[],
  { options }: CompactWorld,
): Promise<MonthEvent[]> {
  const months: MonthEvent[] = [];
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
