import type { z } from 'zod';
import { UsageError } from '../lambdas/errors.ts';
import { sources } from '../lambdas/sources/index.ts';
import { type Instance, refuseWrongInstances } from '../lambdas/warehouse/instance.ts';
import { configurationSchema, instanceSchema } from './configuration-schema.ts';

/** The key of cdk.json's context that all of it stands under; `cdk -c paymentsLake='{…}'` takes it as JSON text. */
export const contextKey = 'paymentsLake';

/** One account to be synced, and how. */
export interface InstanceConfiguration extends Instance {
  readonly schedule: string;
  readonly timeZone: string;
  readonly lookbackDays: number;
  readonly fullReadingDays: number;
  readonly baseUrl: string | null;
  readonly requestsPerMinute: number | undefined;
  readonly enabled: boolean;
}

export type Configuration = Readonly<Omit<z.output<typeof configurationSchema>, 'instances'>> & {
  readonly instances: readonly InstanceConfiguration[];
};

/**
 * @param context what stands under the key: an object, JSON text, or nothing
 * @throws {UsageError} one line for each key that breaks its rule
 */
export function readConfiguration(context: unknown): Configuration {
  const given = typeof context === 'string' ? parseJson(context) : (context ?? {});
  const parsed = configurationSchema.safeParse(given, { reportInput: true });
  if (!parsed.success) throw new UsageError(parsed.error.issues.flatMap((issue) => lines(issue, given)).join('\n'));
  const { instances, ...rest } = parsed.data;
  const names = instances ?? Object.fromEntries(sources.map(({ name }) => [name, instanceSchema.parse({})]));
  const configuration = { ...rest, instances: Object.entries(names).map(completed) };
  refuseWhatDoesNotGoTogether(configuration);
  return configuration;
}

function completed([name, given]: [string, z.output<typeof instanceSchema>], index: number): InstanceConfiguration {
  const source = sources.find((each) => each.name === (given.api ?? name));
  if (!source) {
    throw new UsageError(
      `${contextKey}.instances.${name}.api: must be one of ${sources.map((each) => each.name).join(', ')}, since no API is named '${name}'; got none`,
    );
  }
  return {
    name,
    source,
    schedule: given.schedule ?? nightlyAt(index),
    timeZone: given.timeZone,
    lookbackDays: given.lookbackDays ?? source.lookbackDays,
    fullReadingDays: given.fullReadingDays ?? source.fullReadingDays,
    baseUrl: given.baseUrl,
    requestsPerMinute: given.requestsPerMinute,
    enabled: given.enabled,
  };
}

/** 04:15, 04:25, … at each day: after the hours that a change of clocks can skip or repeat. */
function nightlyAt(index: number): string {
  const minute = 4 * 60 + 15 + ((index * 10) % (19 * 60));
  return `cron(${minute % 60} ${Math.floor(minute / 60)} * * ? *)`;
}

function refuseWhatDoesNotGoTogether(configuration: Configuration): void {
  const { instances, leaseSeconds, waitForLeaseSeconds, reserveSeconds, timeoutSeconds } = configuration;
  if (instances.length === 0) {
    throw new UsageError(
      `${contextKey}.instances: must be at least one instance, or left out for one of each API; got {}`,
    );
  }
  try {
    refuseWrongInstances(instances, sources);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${contextKey}.instances: ${error.message}`);
  }
  if (waitForLeaseSeconds <= leaseSeconds) {
    throw new UsageError(
      `${contextKey}.waitForLeaseSeconds: must be more than leaseSeconds (${leaseSeconds}), or nobody outwaits the lease of a function that died; got ${waitForLeaseSeconds}`,
    );
  }
  if (waitForLeaseSeconds + reserveSeconds >= timeoutSeconds) {
    throw new UsageError(
      `${contextKey}.timeoutSeconds: must be more than waitForLeaseSeconds + reserveSeconds (${waitForLeaseSeconds} + ${reserveSeconds}), or a function that waited has no time to read; got ${timeoutSeconds}`,
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${contextKey}: must be an object, in cdk.json or as JSON text; got ${shown(text)}`);
  }
}

function lines(issue: z.core.$ZodIssue, given: unknown): string[] {
  const path = [contextKey, ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys((issue.path.length === 0 ? configurationSchema : instanceSchema).shape).join(', ');
    return issue.keys.map((key) => `${path}.${key}: must be a key that is known (${known}), got '${key}'`);
  }
  // A wrong key of a record has the rule of the key one level below.
  const rule = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const got = issue.code === 'invalid_key' ? issue.path.at(-1) : valueAt(given, issue.path);
  return [`${path}: must be ${rule}; got ${shown(got)}`];
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], given);
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 200);
