import { freePort } from './emulator.ts';

/** Instances of the deployed app: each test has its own, so that they can run side by side. */
export const instances = {
  /** Its schedule fires every minute; all others are a year away. */
  scheduled: 'commet',
  backfilled: 'checkout_page',
  killed: 'killed_store',
  shared: 'shared_key_store',
  revoked: 'revoked_store',
  untouched: 'untouched_store',
  followed: 'followed_store',
  counted: 'counted_store',
  /** Of Commet, as the next. */
  folded: 'commet_folded',
  twice: 'commet_twice',
} as const;

export type InstanceName = (typeof instances)[keyof typeof instances];

const commets = new Set<InstanceName>([instances.scheduled, instances.folded, instances.twice]);

/** A function's whole time; it reads for what the reserve leaves of it. */
export const timeoutSeconds = 21;
export const reserveSeconds = 15;
export const leaseSeconds = 4;

/** What the API of `instances.shared` allows. */
export const sharedRequestsPerMinute = 60;

/** All others ask as fast as they can: their APIs are on loopback. */
const isPaced = (name: InstanceName) => name === instances.shared || name === instances.untouched;

/** Where each instance's sample API will listen: part of the deployed configuration, so known before it is started. */
export async function reservePorts(): Promise<Record<InstanceName, number>> {
  const ports: Partial<Record<InstanceName, number>> = {};
  const taken = new Set<number>();
  for (const name of Object.values(instances)) {
    do ports[name] = await freePort();
    while (taken.has(ports[name]));
    taken.add(ports[name]);
  }
  return ports as Record<InstanceName, number>;
}

const onceAYear = 'cron(15 4 29 2 ? *)';

/** What stands under `paymentsLake` in the context of the app that is deployed. */
export const configuration = (ports: Readonly<Record<InstanceName, number>>) => ({
  stage: 'test',
  // ministack refuses a template that has them.
  savedQueries: false,
  leaseSeconds,
  waitForLeaseSeconds: leaseSeconds + 1,
  reserveSeconds,
  timeoutSeconds,
  instances: Object.fromEntries(
    Object.values(instances).map((name) => {
      const isCommet = commets.has(name);
      return [
        name,
        {
          api: isCommet ? 'commet' : 'checkout_page',
          baseUrl: `http://127.0.0.1:${ports[name]}${isCommet ? '/api/v1' : ''}`,
          ...(isPaced(name) && { requestsPerMinute: sharedRequestsPerMinute }),
          schedule: name === instances.scheduled ? 'rate(1 minute)' : onceAYear,
        },
      ];
    }),
  ),
});
