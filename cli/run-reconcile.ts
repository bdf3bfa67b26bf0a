import { TerminalError } from '../lambdas/errors.ts';
import { keyFromEnvironment } from '../lambdas/extract/api-key.ts';
import { httpClient } from '../lambdas/extract/http-client.ts';
import { budgetFor } from '../lambdas/extract/pace.ts';
import { realTiming } from '../lambdas/extract/timing.ts';
import { sources } from '../lambdas/sources/index.ts';
import { completedReadings } from '../lambdas/sync/completed-readings.ts';
import { recheckScope } from '../lambdas/sync/recheck.ts';
import { defaultSettings } from '../lambdas/sync/settings.ts';
import type { Log, SyncOptions } from '../lambdas/sync/sync-options.ts';
import type { ReconciliationJson } from '../lambdas/upkeep/reconciliation-json.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { folderStore } from '../local/folder-store.ts';
import { lakeInstances, type OpenLake, openLake } from '../local/lake.ts';
import { chosenInstances } from './chosen-instances.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { encoderFrom } from './encoder.ts';
import type { ReconcileRequest } from './reconcile.ts';
import { reconcileLake } from './reconcile-lake.ts';
import { writeReconciliations } from './reconcile-report.ts';

/**
 * Counts instances of a lake one after the other; one that can't be counted does not keep the next from its turn.
 *
 * @throws {UsageError} before anything was begun
 */
export async function runReconcileCommand(dir: string, request: ReconcileRequest, io: CommandIo): Promise<ExitCode> {
  const chosen = chosenInstances(request.given, await lakeInstances(dir, sources), `the lake ${dir}`);
  const keys = new Map(chosen.map(({ name }) => [name, keyFromEnvironment(name, io.env)]));
  const log: Log = (level, message, facts = {}) => {
    if (request.json) io.stderr.write(`${JSON.stringify({ level, message, ...facts })}\n`);
    else if (level !== 'info') io.stderr.write(`payments-lake: ${message}\n`);
  };
  const encoder = await encoderFrom(io.env);
  const lake = await openLake(dir, 'reconcile', chosen, sources, io.env);
  const counted: ReconciliationJson[] = [];
  try {
    for (const instance of chosen) {
      if (io.interrupted.aborted) break;
      try {
        const { key, keyName } = keys.get(instance.name) as NonNullable<ReturnType<typeof keys.get>>;
        const options = await optionsOf(dir, lake, instance, { key, keyName, encoder, log, signal: io.interrupted });
        counted.push(await reconcileLake(dir, options, request));
      } catch (error) {
        if (chosen.length === 1 || io.interrupted.aborted) throw error;
        log('error', (error as Error).message);
      }
    }
  } finally {
    await lake.close();
  }
  writeReconciliations(counted, request.json, io);
  if (io.interrupted.aborted) return 130;
  return counted.length === chosen.length && counted.every(isEqual) ? 0 : 1;
}

/** What moves while it is counted is not known to differ. */
export const isEqual = ({ verdict }: Pick<ReconciliationJson, 'verdict'>): boolean =>
  verdict === 'equal' || verdict === 'moving';

/** As its syncs have them. The address is the one that the lake was filled from. */
async function optionsOf(
  dir: string,
  { checkpoints, leasing, personalData }: OpenLake,
  instance: Instance,
  own: Pick<SyncOptions, 'encoder' | 'log'> & {
    readonly key: string;
    readonly keyName: string;
    readonly signal: AbortSignal;
  },
): Promise<SyncOptions> {
  const { key, keyName, encoder, log, signal } = own;
  const store = folderStore(dir);
  const { baseUrl } = completedReadings(instance.name, await checkpoints.readAll(instance.name), store);
  if (baseUrl === null) {
    throw new TerminalError(`${instance.name}: it was never synced: run payments-lake sync ${instance.name} first`);
  }
  const { source, name } = instance;
  const budget = budgetFor(source, baseUrl);
  return {
    instance,
    scope: recheckScope,
    baseUrl,
    sameAccount: false,
    connect: (ended) =>
      httpClient({
        instance: name,
        source,
        baseUrl,
        key,
        keyName,
        budget,
        signal: ended,
        log: (message, facts) => log('info', message, facts),
      }),
    checkpoints,
    store,
    encoder,
    leasing,
    personalData,
    settings: defaultSettings,
    clock: realTiming,
    log,
    signal,
  };
}
