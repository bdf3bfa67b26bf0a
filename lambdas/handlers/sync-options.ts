import { TerminalError } from '../errors.ts';
import { parseBaseUrl } from '../extract/base-url.ts';
import { httpClient } from '../extract/http-client.ts';
import { paceOf, spacingMs, unpaced } from '../extract/pace.ts';
import { sources } from '../sources/index.ts';
import { defaultSettings, type SyncSettings } from '../sync/settings.ts';
import type { SyncOptions } from '../sync/sync-options.ts';
import type { FunctionSettings } from '../warehouse/function-settings.ts';
import type { Instance } from '../warehouse/instance.ts';
import type { SyncRequest } from './event.ts';
import type { World } from './world.ts';

/** @throws {TerminalError} for an API that is not in the registry this function was built with */
export function instanceOf({ instance, api }: FunctionSettings): Instance {
  const source = sources.find(({ name }) => name === api);
  if (source) return { name: instance, source };
  const known = sources.map(({ name }) => name).join(', ');
  throw new TerminalError(`${instance}: its API must be one of ${known}, got '${api}'; deploy again`);
}

const baseUrlOf = ({ baseUrl }: FunctionSettings, { source }: Instance): string =>
  parseBaseUrl(baseUrl ?? source.baseUrl);

/** Requests a minute, over all invocations; null: as fast as they come. */
export const paceOfInstance = (settings: FunctionSettings, instance: Instance): number | null =>
  paceOf(instance.source, baseUrlOf(settings, instance), settings.requestsPerMinute);

/** A sync's options, as the function's settings and its world give them. */
export async function syncOptionsOf(world: World, instance: Instance, request: SyncRequest): Promise<SyncOptions> {
  const { settings, checkpoints, store, clock, log, remainingMs } = world;
  const { key, keyName } = await world.apiKey();
  const baseUrl = baseUrlOf(settings, instance);
  const requestsPerMinute = paceOfInstance(settings, instance);
  return {
    instance,
    scope: request.scope,
    baseUrl,
    sameAccount: false,
    connect: (signal, { mode }) =>
      httpClient({
        instance: instance.name,
        source: instance.source,
        baseUrl,
        key,
        keyName,
        budget:
          requestsPerMinute === null || request.dryRun
            ? unpaced
            : world.budget({ spacingMs: spacingMs(requestsPerMinute), goesFirst: mode === 'incremental' }),
        signal,
        now: clock.now,
        sleep: clock.sleep,
        log: (message, facts) => log('info', message, facts),
      }),
    checkpoints,
    store,
    encoder: await world.encoder(),
    leasing: 'shared',
    personalData: await world.personalData(),
    settings: syncSettingsOf(settings),
    clock,
    log,
    remainingMs,
    lookbackDays: settings.lookbackDays,
    confirmDeletions: request.confirmDeletions === true,
    fullReadingDays: settings.fullReadingDays,
    ...(request.continuation && { continuation: request.continuation }),
  };
}

const syncSettingsOf = (settings: FunctionSettings): SyncSettings => ({
  ...defaultSettings,
  leaseMs: settings.leaseSeconds * 1000,
  renewEveryMs: (settings.leaseSeconds * 1000) / 3,
  waitForLeaseMs: settings.waitForLeaseSeconds * 1000,
  reserveMs: settings.reserveSeconds * 1000,
  mostContinuations: settings.mostContinuations,
  mostRequestsPerBackfill: settings.mostRequestsPerBackfill,
  sweepRequests: settings.sweepRequests,
  recheckRequests: settings.recheckRequests,
});
