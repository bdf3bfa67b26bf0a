import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ObjectStore } from '../../lambdas/load/object-store.ts';
import type { CompactOptions, CompactSummary } from '../../lambdas/upkeep/compact-options.ts';
import { type CompactSettings, defaultCompactSettings } from '../../lambdas/upkeep/compact-settings.ts';
import { allViews } from '../../lambdas/warehouse/all-views.ts';
import { allTables } from '../../lambdas/warehouse/history-tables.ts';
import type { Instance } from '../../lambdas/warehouse/instance.ts';
import { folderStore } from '../../local/folder-store.ts';
import { openLakeQuery } from '../../local/lake-query.ts';
import { type Checkpoints, closeCheckpoints, startCheckpoints } from './checkpoints.ts';
import { compactAll } from './compact-all.ts';
import { bothInstances, emptyFolder } from './lake-builder.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export const day = 24 * 60 * 60_000;

export interface CompactChanges extends Partial<Omit<CompactOptions, 'settings'>> {
  readonly settings?: Partial<CompactSettings>;
}

/** A lake in a folder and all its compaction needs; time passes only when a test says so. */
export interface CompactBench {
  readonly dir: string;
  readonly store: ObjectStore;
  readonly dynamo: Checkpoints;
  readonly clock: VirtualClock;
  readonly logs: string[];
  options(changes?: CompactChanges): CompactOptions;
  /** Compacts every month that has work. */
  compact(changes?: CompactChanges): Promise<CompactSummary[]>;
  /** Keys of all files. */
  files(prefix?: string): Promise<string[]>;
  /** What these views show, each row as text, sorted; default: every view of both instances. */
  views(names?: readonly string[]): Promise<Record<string, string[]>>;
}

const folders: string[] = [];

export async function compactBench(instances: readonly Instance[] = bothInstances): Promise<CompactBench> {
  const dir = emptyFolder();
  folders.push(dirname(dir));
  const store = folderStore(dir);
  const dynamo = await startCheckpoints();
  const clock = virtualClock();
  const logs: string[] = [];
  const options = ({ settings, ...others }: CompactChanges = {}): CompactOptions => ({
    store,
    checkpoints: dynamo.table,
    settings: { ...defaultCompactSettings, fileBytes: 200_000, groupRows: 20, leastFiles: 3, ...settings },
    now: clock.now,
    leasing: 'alone',
    log: (level, message) => logs.push(`${level}: ${message}`),
    ...others,
  });
  return {
    dir,
    store,
    dynamo,
    clock,
    logs,
    options,
    compact: (changes) => compactAll(options(changes), allTables(instances)),
    files: async (prefix = 'warehouse/') => (await store.list(prefix)).map(({ key }) => key),
    async views(names = allViews(instances, 'duckdb').map(({ name }) => name)) {
      const lake = await openLakeQuery(dir, instances);
      try {
        const shown: Record<string, string[]> = {};
        for (const name of names) {
          const { rows } = await lake.run(`SELECT * FROM ${name}`);
          shown[name] = rows.map((row) => JSON.stringify(row, exactly)).sort();
        }
        return shown;
      } finally {
        lake.close();
      }
    },
  };
}

const exactly = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : value;

/** For `afterEach`. */
export async function closeCompactBenches(): Promise<void> {
  await closeCheckpoints();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
