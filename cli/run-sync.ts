import { keyFromEnvironment } from '../lambdas/extract/api-key.ts';
import { parseBaseUrl } from '../lambdas/extract/base-url.ts';
import { httpClient } from '../lambdas/extract/http-client.ts';
import { budgetFor } from '../lambdas/extract/pace.ts';
import { realTiming } from '../lambdas/extract/timing.ts';
import type { hyparquetEncoder } from '../lambdas/load/parquet-hyparquet.ts';
import { sources } from '../lambdas/sources/index.ts';
import { LeaseHeld } from '../lambdas/sync/lease-keeper.ts';
import { rewritesAll } from '../lambdas/sync/personal-data-state.ts';
import { putRefusal, refusedSummary } from '../lambdas/sync/refused-sync.ts';
import { runNightly, runSyncAndMarks } from '../lambdas/sync/run-nightly.ts';
import { defaultSettings } from '../lambdas/sync/settings.ts';
import type { SyncSummary } from '../lambdas/sync/summary.ts';
import { summaryAsJson } from '../lambdas/sync/summary-json.ts';
import type { Log, SyncOptions } from '../lambdas/sync/sync-options.ts';
import type { ReconciliationJson } from '../lambdas/upkeep/reconciliation-json.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { folderStore } from '../local/folder-store.ts';
import { type OpenLake, openLake } from '../local/lake.ts';
import { boundHeap } from './bounded-heap.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { encoderFrom } from './encoder.ts';
import { progressBar } from './progress-bar.ts';
import { reconcileAfterSync } from './reconcile-after-sync.ts';
import { summaryLine } from './sync-report.ts';
import { type SyncRequest, scopeOf } from './sync-request.ts';

/**
 * Syncs the sources one after the other; one that fails or is refused does not keep the next from its turn.
 *
 * @throws {UsageError} for what is wrong before anything was begun; one source alone that is refused, too
 */
export async function runSyncCommand(request: SyncRequest, io: CommandIo): Promise<ExitCode> {
  boundHeap();
  const encoder = await encoderFrom(io.env);
  const accounts = request.sources.map(({ instance: name, api }) => ({
    instance: { name, source: api },
    baseUrl: parseBaseUrl(request.baseUrl ?? api.baseUrl),
    ...keyFromEnvironment(name, io.env),
  }));
  const lake = await openLake(
    request.lake,
    'sync',
    accounts.map(({ instance }) => instance),
    sources,
    io.env,
    { mode: request.personalData, rewritesAll: rewritesAll(scopeOf(request)) },
  );
  const summaries: SyncSummary[] = [];
  const counted: ReconciliationJson[] = [];
  try {
    for (const account of accounts) {
      if (io.interrupted.aborted) break;
      try {
        const { synced, reconciled } = await syncOne(request, io, lake, { ...account, encoder });
        summaries.push(...synced);
        if (reconciled) counted.push(reconciled);
      } catch (error) {
        if (accounts.length === 1) throw error;
        summaries.push(refusedSummary(account.instance, scopeOf(request), Date.now(), error as Error));
        if (!request.json) io.stderr.write(`payments-lake: ${(error as Error).message}\n`);
      }
    }
  } finally {
    await lake.close();
  }
  if (request.json)
    io.stdout.write(`${JSON.stringify({ syncs: summaries.map(summaryAsJson), reconciliations: counted })}\n`);
  if (io.interrupted.aborted) return 130;
  return summaries.every(({ status }) => status === 'done' || status === 'paused') ? 0 : 1;
}

/** Half of what a function gives it: a laptop's sync stays below 300 MB. Holds some 400,000 payments. */
const heldBytes = 32 * 1024 * 1024;

interface Account {
  readonly instance: Instance;
  readonly baseUrl: string;
  readonly key: string;
  readonly keyName: string;
  readonly encoder: typeof hyparquetEncoder;
}

interface Synced {
  readonly synced: readonly SyncSummary[];
  /** What the lake was counted against the API with, once the sync was completed. */
  readonly reconciled: ReconciliationJson | null;
}

async function syncOne(request: SyncRequest, io: CommandIo, lake: OpenLake, account: Account): Promise<Synced> {
  const { instance, baseUrl, key, keyName, encoder } = account;
  const scope = scopeOf(request);
  const bar = progressBar(request.json ? null : io.stderr, instance.name);
  const log: Log = (level, message, facts = {}) => {
    if (request.json) io.stderr.write(`${JSON.stringify({ level, message, ...facts })}\n`);
    else if (level !== 'info') bar.line(`payments-lake: ${message}`);
  };
  const rate = request.ratePerMinute === null ? {} : { requestsPerMinute: request.ratePerMinute };
  const budget = budgetFor(instance.source, baseUrl, rate);
  const options: SyncOptions = {
    instance,
    scope,
    baseUrl,
    sameAccount: request.sameAccount,
    connect: (signal) =>
      httpClient({
        instance: instance.name,
        source: instance.source,
        baseUrl,
        key,
        keyName,
        budget,
        signal,
        log: (message, facts) => log('info', message, facts),
      }),
    checkpoints: lake.checkpoints,
    store: folderStore(request.lake),
    encoder,
    leasing: lake.leasing,
    personalData: lake.personalData,
    settings: { ...defaultSettings, heldBytes },
    clock: realTiming,
    log,
    onProgress: bar.show,
    confirmDeletions: request.confirmDeletions,
    signal: io.interrupted,
  };
  const begunAt = Date.now();
  const isNightly = scope.mode === 'incremental' && !scope.rewrite;
  try {
    const summaries = await (isNightly ? runNightly(options) : runSyncAndMarks(options)).catch(async (error: Error) => {
      if (!(error instanceof LeaseHeld) && !io.interrupted.aborted) await putRefusal({ ...options, begunAt }, error);
      throw error;
    });
    bar.end();
    if (!request.json) for (const summary of summaries) io.stdout.write(`${summaryLine(summary)}\n`);
    const reconciled = await reconcileAfterSync(request.lake, options, summaries);
    return { synced: summaries, reconciled };
  } finally {
    bar.end();
  }
}
