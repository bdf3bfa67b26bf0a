import { createInterface } from 'node:readline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { httpClient } from '../../lambdas/extract/http-client.ts';
import { realTiming } from '../../lambdas/extract/timing.ts';
import { CheckpointTable } from '../../lambdas/load/checkpoint-table.ts';
import { hyparquetEncoder } from '../../lambdas/load/parquet-hyparquet.ts';
import { sharedBudget } from '../../lambdas/load/shared-budget.ts';
import { checkoutPage } from '../../lambdas/sources/checkout-page.ts';
import { runSync } from '../../lambdas/sync/run-sync.ts';
import { defaultSettings } from '../../lambdas/sync/settings.ts';
import type { SyncOptions } from '../../lambdas/sync/sync-options.ts';
import type { Instance } from '../../lambdas/warehouse/instance.ts';
import { checkpointTableName } from '../../local/embedded-dynamodb.ts';
import { folderStore } from '../../local/folder-store.ts';

/** What a process is told, as a line of JSON. */
export interface OwnerOrder {
  readonly dir: string;
  /** Of the DynamoDB server all share. */
  readonly endpoint: string;
  readonly baseUrl: string;
  readonly key: string;
  readonly mode: 'incremental' | 'backfill';
  readonly spacingMs: number;
  /** A load is full with so many. */
  readonly loadRows: number;
}

/** Few tables and small pages. */
export const ownedInstance: Instance = {
  name: 'checkout_page',
  source: { ...checkoutPage, tables: checkoutPage.tables.slice(0, 2), list: { ...checkoutPage.list, pageSize: 25 } },
};

/**
 * A sync as a function of the cloud runs it: leases of a second and a half in a shared DynamoDB, a budget that all
 * share. Prints its log, and last its summary, as lines of JSON.
 */
async function obey(order: OwnerOrder): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: order.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'shared', secretAccessKey: 'shared' },
  });
  const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const { now, sleep } = realTiming;
  const options: SyncOptions = {
    instance: ownedInstance,
    scope: { mode: order.mode, from: null, to: null, filters: {}, rewrite: false },
    baseUrl: order.baseUrl,
    sameAccount: false,
    connect: (signal) =>
      httpClient({
        instance: ownedInstance.name,
        source: ownedInstance.source,
        baseUrl: order.baseUrl,
        key: order.key,
        keyName: 'THE_API_KEY',
        signal,
        budget: sharedBudget({
          client,
          table: checkpointTableName,
          instance: ownedInstance.name,
          spacingMs: order.spacingMs,
          // Else a backfill waits some seconds more after a nightly.
          goesFirst: true,
          now,
          sleep,
        }),
      }),
    checkpoints: new CheckpointTable(client, checkpointTableName),
    store: folderStore(order.dir),
    encoder: hyparquetEncoder,
    leasing: 'shared',
    settings: {
      ...defaultSettings,
      loadRows: order.loadRows,
      leaseMs: 1500,
      renewEveryMs: 300,
      waitForLeaseMs: 30_000,
    },
    clock: realTiming,
    log: (level, message) => tell({ level, message }),
  };
  const { status, written, resumed, error } = await runSync(options);
  client.destroy();
  tell({ status, written, resumed, error });
}

/** A process that is told one sync after the other, as a warm function is. */
if (process.argv[1]?.endsWith('sync-owner.ts'))
  createInterface({ input: process.stdin }).on('line', (line) => void obey(JSON.parse(line) as OwnerOrder));
