import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { answerEvent } from '../../lambdas/handlers/answer-event.ts';
import type { MetricName, World } from '../../lambdas/handlers/world.ts';
import { hyparquetEncoder } from '../../lambdas/load/parquet-hyparquet.ts';
import { sharedBudget } from '../../lambdas/load/shared-budget.ts';
import type { SyncAnswer } from '../../lambdas/sync/answer.ts';
import type { FunctionSettings } from '../../lambdas/warehouse/function-settings.ts';
import type { Instance } from '../../lambdas/warehouse/instance.ts';
import { checkpointTableName } from '../../local/embedded-dynamodb.ts';
import { folderStore } from '../../local/folder-store.ts';
import { openLakeQuery } from '../../local/lake-query.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { type Checkpoints, closeCheckpoints, startCheckpoints } from './checkpoints.ts';
import { currentRows } from './history-rows.ts';
import { emptyFolder } from './lake-builder.ts';
import { expectSamePayments, recordsOf } from './lake-records.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/** When the samples' newest payment was created is the day before. */
export const today = Date.UTC(2026, 6, 1, 3);

export interface WorldChanges extends Partial<Omit<World, 'settings'>> {
  readonly settings?: Partial<FunctionSettings>;
  /** Pages after which an invocation has less than its reserve left; default: never. */
  readonly pagesEach?: number;
}

/** The sync function of one instance, whose stores are the laptop's; time passes only by sleeping. */
export interface FunctionBench {
  readonly dir: string;
  readonly dynamo: Checkpoints;
  readonly clock: VirtualClock;
  /** Events the function invoked itself with, oldest first. */
  readonly queue: object[];
  /** Every line logged, as JSON. */
  readonly logs: string[];
  /** Sums of the metrics told, by name. */
  readonly metrics: Map<MetricName, number>;
  /** The key in the secret. */
  key: string;
  world(changes?: WorldChanges): World;
  invoke(event: unknown, changes?: WorldChanges): Promise<SyncAnswer>;
  /** Invokes what the function put in its queue until that is empty. @returns every answer */
  drain(changes?: WorldChanges): Promise<SyncAnswer[]>;
  equalsApi(): Promise<void>;
}

const folders: string[] = [];

export async function functionBench(api: SampleApi, instance: Instance, clock = virtualClock(today)) {
  const dir = emptyFolder();
  folders.push(dirname(dir));
  const dynamo = await startCheckpoints();
  const store = folderStore(dir);
  const settings: FunctionSettings = {
    stage: 'test',
    instance: instance.name,
    api: instance.source.name,
    baseUrl: api.baseUrl,
    bucket: 'bucket',
    checkpointTable: checkpointTableName,
    workgroup: 'workgroup',
    currentDatabase: 'payments_lake',
    secretId: 'the-secret',
    lookbackDays: 30,
    fullReadingDays: 30,
    encoder: 'hyparquet',
    leaseSeconds: 60,
    waitForLeaseSeconds: 90,
    reserveSeconds: 60,
    mostContinuations: 100,
    mostRequestsPerBackfill: 10_000,
    sweepRequests: 600,
    recheckRequests: 300,
  };
  const world = ({ settings: changed, pagesEach, ...others }: WorldChanges = {}): World => {
    // A sync looks at the time left when it begins, and after each page.
    let looks = 0;
    const remainingMs = () => {
      looks += 1;
      return pagesEach !== undefined && looks > pagesEach ? 45_000 : 900_000;
    };
    return {
      settings: { ...settings, ...changed },
      checkpoints: dynamo.table,
      store,
      encoder: async () => hyparquetEncoder,
      apiKey: async () => ({ key: bench.key, keyName: 'secret the-secret' }),
      personalData: async () => ({ mode: 'keep' }),
      budget: (options) =>
        sharedBudget({
          ...options,
          ...clock,
          client: dynamo.client,
          table: checkpointTableName,
          instance: instance.name,
        }),
      openQuery: () => openLakeQuery(dir, [instance]),
      invokeSelf: async (event) => void bench.queue.push(event),
      remainingMs,
      memoryMb: 1024,
      clock,
      log: (level, message, facts) => bench.logs.push(JSON.stringify({ level, message, ...facts })),
      metric: (name, value) => bench.metrics.set(name, (bench.metrics.get(name) ?? 0) + value),
      ...others,
    };
  };
  const bench: FunctionBench = {
    dir,
    dynamo,
    clock,
    queue: [],
    logs: [],
    metrics: new Map(),
    key: api.key,
    world,
    // As Lambda hands an event over: through JSON.
    invoke: (event, changes) => answerEvent(JSON.parse(JSON.stringify(event)), world(changes)),
    async drain(changes) {
      const answers: SyncAnswer[] = [];
      for (let event = bench.queue.shift(); event; event = bench.queue.shift()) {
        if (answers.length > 200) throw new Error(`no end: ${JSON.stringify(event)}`);
        answers.push(await bench.invoke(event, changes));
      }
      return answers;
    },
    equalsApi: async () =>
      expectSamePayments(instance, await recordsOf(instance, currentRows({ store, instance })), api.all()),
  };
  return bench;
}

/** For `afterEach` or `afterAll`: stops every bench's checkpoints and removes its lake. */
export async function closeFunctionBenches(): Promise<void> {
  await closeCheckpoints();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
