import { UsageError } from '../lambdas/errors.ts';
import { sources } from '../lambdas/sources/index.ts';
import { deleteStaleSeenIds } from '../lambdas/sync/delete-stale-seen-ids.ts';
import { compactMonth } from '../lambdas/upkeep/compact-month.ts';
import type { CompactOptions, CompactProgress, CompactSummary } from '../lambdas/upkeep/compact-options.ts';
import { defaultCompactSettings } from '../lambdas/upkeep/compact-settings.ts';
import { monthsWithWork } from '../lambdas/upkeep/compact-work.ts';
import { allTables, type HistoryTable } from '../lambdas/warehouse/history-tables.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { folderStore } from '../local/folder-store.ts';
import { lakeInstances, openLake } from '../local/lake.ts';
import { removeLeftovers } from '../local/leftovers.ts';
import { boundHeap } from './bounded-heap.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { compactLine, compactTotal } from './compact-report.ts';

/** What `payments-lake compact` was asked to do. */
export interface CompactRequest {
  readonly lake: string;
  /** As its folder is named; left out: all tables. */
  readonly table: string | undefined;
  readonly json: boolean;
}

/** Compacts a lake table by table; one that fails does not keep the next from its turn. */
export async function runCompactCommand(request: CompactRequest, io: CommandIo): Promise<ExitCode> {
  boundHeap();
  const instances = await lakeInstances(request.lake, sources);
  const tables = chosenTables(instances, request.table);
  const lake = await openLake(request.lake, 'compact', instances, sources, io.env);
  const show = progressLine(request, io);
  const log: CompactOptions['log'] = (level, message, facts = {}) => {
    if (request.json) io.stderr.write(`${JSON.stringify({ level, message, ...facts })}\n`);
    else if (level !== 'info') show.line(`payments-lake: ${message}`);
  };
  const options: CompactOptions = {
    store: folderStore(request.lake),
    checkpoints: lake.checkpoints,
    settings: defaultCompactSettings,
    now: Date.now,
    leasing: lake.leasing,
    log,
    onProgress: show.progress,
    signal: io.interrupted,
  };
  const summaries: CompactSummary[] = [];
  let failures = 0;
  try {
    await removeLeftovers(request.lake, Date.now());
    if (lake.leasing === 'alone') {
      for (const { name } of instances) await deleteStaleSeenIds(options.store, lake.checkpoints, name);
    }
    for (const table of tables) {
      for (const month of await monthsWithWork(options, table)) {
        if (io.interrupted.aborted) break;
        try {
          const summary = await compactMonth(options, month);
          summaries.push(summary);
          const line = compactLine(summary);
          if (line !== null) show.line(line);
        } catch (error) {
          failures++;
          log('error', (error as Error).message);
        }
      }
    }
  } finally {
    show.end();
    await lake.close();
  }
  if (request.json) io.stdout.write(`${JSON.stringify({ compactions: summaries })}\n`);
  else io.stdout.write(`${compactTotal(summaries)}\n`);
  if (io.interrupted.aborted) return 130;
  return failures === 0 ? 0 : 1;
}

/** @throws {UsageError} for a table that there is none of */
export function chosenTables(instances: readonly Instance[], name: string | undefined): readonly HistoryTable[] {
  const all = allTables(instances);
  const chosen = name === undefined ? all : all.filter((table) => table.name === name);
  if (chosen.length > 0) return chosen;
  throw new UsageError(`a table to compact is one of ${all.map((table) => table.name).join(', ')}, got '${name}'`);
}

/** Milliseconds between two drawings of the line. */
const drawEveryMs = 100;

/** On a terminal a line that shows how far the month in hand is; lines that stay come above it. */
function progressLine({ json }: CompactRequest, { stderr }: CommandIo) {
  const isTerminal = stderr.isTTY === true && !json;
  let drawnAt = 0;
  const clear = () => {
    if (drawnAt > 0) stderr.write('\r\u001b[K');
    drawnAt = 0;
  };
  return {
    progress({ table, month, rows, ofRows }: CompactProgress): void {
      if (!isTerminal || Date.now() - drawnAt < drawEveryMs) return;
      stderr.write(`\r\u001b[K${table.name} ${month}: ${Math.floor((100 * rows) / ofRows)} %`);
      drawnAt = Date.now();
    },
    line(text: string): void {
      clear();
      if (!json) stderr.write(`${text}\n`);
    },
    end: clear,
  };
}
