import * as z from 'zod';
import { TerminalError, UsageError } from '../errors.ts';
import { type CompletedReadings, completedReadings } from '../sync/completed-readings.ts';
import { recheckScope } from '../sync/recheck.ts';
import { repairsOf } from '../sync/repairs.ts';
import { compileFlatten } from '../transform/flatten.ts';
import { type ReconcileAsked, reconcileAndRepair } from '../upkeep/reconcile-and-repair.ts';
import { readingToCountWith } from '../upkeep/reconcile-options.ts';
import { type ReconciliationJson, reconciliationAsJson } from '../upkeep/reconciliation-json.ts';
import { metrics } from '../warehouse/function-settings.ts';
import type { Instance } from '../warehouse/instance.ts';
import { parseEvent } from './event.ts';
import { instanceOf, syncOptionsOf } from './sync-options.ts';
import type { World } from './world.ts';

/** What the function answers to `{"mode":"reconcile"}`. */
export interface ReconcileAnswer {
  readonly reconciliation?: ReconciliationJson;
  readonly error?: string;
}

/** The event with which the function has itself count what it has just completed. */
export const reconcileEvent = { mode: 'reconcile' } as const;

const schema = z.strictObject({
  mode: z.literal('reconcile'),
  explain: z.boolean().default(false),
  repair: z.boolean().default(false),
});

/** Ids a list of the answer shows: Lambda lets an answer be 6 MB. */
const mostIds = 10_000;

/** Left of an invocation for its last words, ms. */
const reserveMs = 20_000;

export const isReconcile = (event: unknown): boolean => (event as { mode?: unknown } | null)?.mode === 'reconcile';

/** Whether a reading was completed that the warehouse can be held to. */
export async function canBeCounted(world: World): Promise<boolean> {
  const instance = instanceOf(world.settings);
  return readingToCountWith({ instance, readings: await readingsOf(instance, world) }) !== null;
}

const readingsOf = async ({ name }: Instance, { checkpoints, store }: World): Promise<CompletedReadings> =>
  completedReadings(name, await checkpoints.readAll(name), store);

/**
 * Counts the instance against its API, in Athena; explains and repairs if asked to.
 *
 * @returns also an error that no retry would mend
 * @throws {TransientError} so that Lambda tries again
 */
export async function answerReconcile(event: unknown, world: World): Promise<ReconcileAnswer> {
  try {
    const parsed = schema.safeParse(event);
    if (!parsed.success) {
      throw new TerminalError(
        'the event is not one: beside "mode":"reconcile" its keys are explain and repair, each true or false; an example: {"mode":"reconcile","explain":true}',
      );
    }
    const reconciliation = await count(parsed.data, world);
    world.metric(metrics.reconciliationDifference, reconciliation.difference);
    const { verdict, difference, duplicates } = reconciliation;
    world.log(difference === 0 ? 'info' : 'warn', `counted against the API: ${verdict}`, { difference, duplicates });
    return { reconciliation };
  } catch (error) {
    const { name, message } = error as Error;
    const told = `not counted against the API: ${message}`;
    world.log('error', told, { instance: world.settings.instance, error: name });
    if (!(error instanceof TerminalError || error instanceof UsageError)) throw error;
    // Nobody may wait for the answer.
    world.metric(metrics.syncFailed, 1);
    return { error: told };
  }
}

async function count(asked: ReconcileAsked, world: World): Promise<ReconciliationJson> {
  const instance = instanceOf(world.settings);
  const { checkpoints, store, clock } = world;
  const late = AbortSignal.timeout(Math.max(1, world.remainingMs() - reserveMs));
  const options = await syncOptionsOf(world, instance, parseEvent({}, instance.source));
  const client = options.connect(late, recheckScope);
  try {
    const outcome = await reconcileAndRepair(
      {
        instance,
        readings: await readingsOf(instance, world),
        client,
        flatten: compileFlatten(instance.source, undefined, options.personalData),
        openQuery: world.openQuery,
        checkpoints,
        store,
        encoder: options.encoder,
        now: clock.now,
        warn: (message) => world.log('warn', message, { instance: instance.name }),
      },
      asked,
      repairsOf(options),
    );
    return reconciliationAsJson(outcome, mostIds);
  } catch (error) {
    if (!late.aborted) throw error;
    throw new TerminalError(
      `${instance.name}: the function's time was not enough for it; where a long list differs, {"mode":"backfill"} reads it in as many invocations as it takes`,
    );
  } finally {
    client.close();
  }
}
