import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { httpClient } from '../../lambdas/extract/http-client.ts';
import type { CheckpointTable } from '../../lambdas/load/checkpoint-table.ts';
import type { ObjectStore } from '../../lambdas/load/object-store.ts';
import { hyparquetEncoder } from '../../lambdas/load/parquet-hyparquet.ts';
import { runSync } from '../../lambdas/sync/run-sync.ts';
import { defaultSettings, type SyncSettings } from '../../lambdas/sync/settings.ts';
import type { SyncSummary } from '../../lambdas/sync/summary.ts';
import { type Scope, syncItem } from '../../lambdas/sync/sync-names.ts';
import type { SyncOptions } from '../../lambdas/sync/sync-options.ts';
import type { InstanceState, SyncState } from '../../lambdas/sync/sync-state.ts';
import type { Instance } from '../../lambdas/warehouse/instance.ts';
import { folderStore } from '../../local/folder-store.ts';
import type { Payment, SampleApi } from '../../local/sample-apis/sample-api.ts';
import { type Checkpoints, closeCheckpoints, startCheckpoints } from './checkpoints.ts';
import { currentRows } from './history-rows.ts';
import { emptyFolder } from './lake-builder.ts';
import { expectSamePayments, recordsOf } from './lake-records.ts';
import type { Tally } from './tally.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/** When the samples' newest payment was created is the day before. */
export const today = Date.UTC(2026, 6, 1, 3);

export const nightly: Scope = { mode: 'incremental', from: null, to: null, filters: {}, rewrite: false };
export const everything: Scope = { ...nightly, mode: 'backfill' };

export interface BenchChanges extends Partial<Omit<SyncOptions, 'settings' | 'scope'>> {
  readonly settings?: Partial<SyncSettings>;
  readonly scope?: Partial<Scope>;
  readonly key?: string;
}

/** A lake of one instance in a folder, and all a sync of a sample API into it needs; time passes only by sleeping. */
export interface SyncBench {
  readonly dir: string;
  readonly instance: Instance;
  readonly store: ObjectStore;
  readonly checkpoints: CheckpointTable;
  readonly dynamo: Checkpoints;
  readonly clock: VirtualClock;
  /** Every line logged, as JSON. */
  readonly logs: string[];
  options(changes?: BenchChanges): SyncOptions;
  /** Runs a sync, whatever comes of it. */
  sync(changes?: BenchChanges): Promise<SyncSummary>;
  /** Runs syncs until one is done. @returns all of them */
  syncUntilDone(changes?: BenchChanges): Promise<SyncSummary[]>;
  state(scope?: Partial<Scope>): Promise<SyncState>;
  about(): Promise<InstanceState>;
  /** What the current views show, by id. */
  records(tally?: Tally): Promise<Map<string, unknown>>;
  /** The current views show exactly these payments, equal field by field. */
  holds(payments: Iterable<Payment>): Promise<void>;
  equalsApi(tally?: Tally): Promise<void>;
}

const folders: string[] = [];

export async function syncBench(api: SampleApi, instance: Instance, clock = virtualClock(today)): Promise<SyncBench> {
  const dir = emptyFolder();
  folders.push(dirname(dir));
  const dynamo = await startCheckpoints();
  const logs: string[] = [];
  const store = folderStore(dir);
  const options = ({ settings, scope, key = api.key, ...others }: BenchChanges = {}): SyncOptions => ({
    instance,
    scope: { ...nightly, ...scope },
    baseUrl: api.baseUrl,
    sameAccount: false,
    connect: (signal) =>
      httpClient({
        instance: instance.name,
        source: instance.source,
        baseUrl: others.baseUrl ?? api.baseUrl,
        key,
        keyName: 'THE_API_KEY',
        now: clock.now,
        sleep: clock.sleep,
        signal,
        log: (message, facts) => logs.push(JSON.stringify({ message, ...facts })),
      }),
    checkpoints: dynamo.table,
    store,
    encoder: hyparquetEncoder,
    leasing: 'alone',
    settings: { ...defaultSettings, ...settings },
    clock,
    log: (level, message, facts) => logs.push(JSON.stringify({ level, message, ...facts })),
    ...others,
  });
  const sync = (changes?: BenchChanges) => runSync(options(changes));
  const records = (tally?: Tally) => recordsOf(instance, currentRows({ store, instance }), tally);
  return {
    dir,
    instance,
    store,
    checkpoints: dynamo.table,
    dynamo,
    clock,
    logs,
    options,
    sync,
    async syncUntilDone(changes) {
      const summaries = [await sync(changes)];
      while (summaries.at(-1)?.status !== 'done') {
        if (summaries.length > 200) throw new Error(`no end: ${JSON.stringify(summaries.at(-1))}`);
        summaries.push(await sync(changes));
      }
      return summaries;
    },
    state: async (scope) => {
      const item = syncItem({ ...nightly, ...scope });
      const stored = await dynamo.table.read<SyncState>({ instance: instance.name, item });
      if (!stored) throw new Error(`no item ${item}`);
      return stored.state;
    },
    about: async () => {
      const stored = await dynamo.table.read<InstanceState>({ instance: instance.name, item: 'instance' });
      if (!stored) throw new Error('no instance item');
      return stored.state;
    },
    records,
    holds: async (payments) => expectSamePayments(instance, await records(), payments),
    equalsApi: async (tally) => expectSamePayments(instance, await records(tally), api.all(), tally),
  };
}

/** For `afterAll`: stops every bench's checkpoints and removes its lake. */
export async function closeBenches(): Promise<void> {
  await closeCheckpoints();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The instance with pages of so many records: many pages of few payments. */
export const withPagesOf = (pageSize: number, { name, source }: Instance): Instance => ({
  name,
  source: { ...source, list: { ...source.list, pageSize } },
});

/**
 * The instance with its first tables only, the rest of a record in _extra: few files, and children all the same. Tax
 * lines and line items are those of the tables it has.
 */
export const withTables = (count: number, { name, source }: Instance): Instance => {
  const tables = source.tables.slice(0, count);
  const hasTable = ({ table }: { readonly table: string }) => tables.some((each) => each.name === table);
  const taxLines = source.taxLines !== null && hasTable(source.taxLines) ? source.taxLines : null;
  return { name, source: { ...source, tables, taxLines, lineItems: source.lineItems.filter(hasTable) } };
};
