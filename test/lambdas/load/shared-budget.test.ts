import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { TerminalError } from '../../../lambdas/errors.ts';
import { httpClient } from '../../../lambdas/extract/http-client.ts';
import { spacingMs } from '../../../lambdas/extract/pace.ts';
import { type SharedBudgetOptions, sharedBudget } from '../../../lambdas/load/shared-budget.ts';
import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { checkpointTableName } from '../../../local/embedded-dynamodb.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { type Checkpoints, closeCheckpoints, startCheckpoints } from '../../support/checkpoints.ts';
import { SimulatedTime } from '../../support/simulated-time.ts';

let dynamo: Checkpoints;
let instances = 0;
beforeAll(async () => {
  dynamo = await startCheckpoints();
});
afterAll(closeCheckpoints);

/** A key nobody has used yet, and budgets for processes that share it. */
function aKey(time: SimulatedTime, requestsPerMinute: number) {
  instances += 1;
  const instance = `instance_${instances}`;
  const budget = (changes: Partial<SharedBudgetOptions> = {}) =>
    sharedBudget({
      client: dynamo.client,
      table: checkpointTableName,
      instance,
      spacingMs: spacingMs(requestsPerMinute),
      goesFirst: false,
      now: time.now,
      sleep: time.sleep,
      ...changes,
    });
  const leave = (item: Readonly<Record<string, number>>) =>
    dynamo.client.send(
      new UpdateItemCommand({
        TableName: checkpointTableName,
        Key: { instance: { S: instance }, item: { S: 'budget' } },
        UpdateExpression: `SET ${Object.keys(item).map((name) => `${name} = :${name}`)}`,
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(item).map(([name, value]) => [`:${name}`, { N: String(value) }]),
        ),
      }),
    );
  return { budget, leave };
}

/** A client whose answers take their time, so that processes overtake each other. */
const slow = (time: SimulatedTime, latencyMs: () => number): DynamoDBClient =>
  ({
    async send(command: UpdateItemCommand) {
      await time.sleep(latencyMs());
      try {
        return await dynamo.client.send(command);
      } finally {
        await time.sleep(latencyMs());
      }
    },
  }) as unknown as DynamoDBClient;

/** The most requests any 60 seconds hold. */
const fullestMinute = (sent: readonly number[]): number =>
  Math.max(...sent.map((start) => sent.filter((at) => at >= start && at < start + 60_000).length));

const processOf = fc.record({
  goesFirst: fc.boolean(),
  skewMs: fc.integer({ min: -200, max: 200 }),
  latencyMs: fc.integer({ min: 0, max: 120 }),
  /** Between two requests: pages are handled, loads committed. */
  restMs: fc.integer({ min: 0, max: 3_000 }),
  /** How much later than asked for a sleep may end: encoding a file keeps the process busy. */
  stallMs: fc.constantFrom(0, 100, 8_000),
});

test('no minute holds more than the limit, however many processes share it and whatever they wait for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(3, 20, 100),
      fc.array(processOf, { minLength: 1, maxLength: 4 }),
      async (limit, processes) => {
        const time = new SimulatedTime();
        const { budget } = aKey(time, limit);
        const sent: number[] = [];
        const takes = Math.ceil(Math.min(limit * 2, 120) / processes.length);
        await time.run(
          ...processes.map(({ goesFirst, skewMs, latencyMs, restMs, stallMs }) => async () => {
            let state = 1;
            const upTo = (most: number) => {
              state = (state * 48_271) % 0x7fff_ffff;
              return state % (most + 1);
            };
            const client = slow(time, () => upTo(latencyMs));
            const sleep = (ms: number) => time.sleep(ms + (upTo(9) === 0 ? upTo(stallMs) : 0));
            const own = budget({ goesFirst, client, sleep, now: () => time.now() + skewMs });
            for (let taken = 0; taken < takes; taken += 1) {
              await own.take();
              sent.push(time.now());
              await time.sleep(upTo(restMs));
            }
          }),
        );
        expect(fullestMinute(sent)).toBeLessThanOrEqual(limit);
      },
    ),
    { numRuns: 8 },
  );
});

test('a slot that its process woke up too late for is not used: it could be one too many in the minute after', async () => {
  const time = new SimulatedTime();
  const { budget } = aKey(time, 3);
  const sent: number[] = [];
  let isFirst = true;
  const stalling = async (ms: number) => {
    await time.sleep(isFirst ? ms + 8_000 : ms);
    isFirst = false;
  };
  const sending = async (own: ReturnType<typeof budget>) => {
    for (let taken = 0; taken < 4; taken += 1) {
      await own.take();
      sent.push(time.now());
    }
  };
  await time.run(
    () => sending(budget({ sleep: stalling })),
    () => time.sleep(1_000).then(() => sending(budget())),
  );
  expect(fullestMinute(sent)).toBe(3);
});

test('one process alone gets the pace it would have without sharing', async () => {
  const time = new SimulatedTime();
  const begun = time.now();
  const { budget } = aKey(time, 100);
  const own = budget({ client: slow(time, () => 5) });
  await time.run(async () => {
    for (let taken = 0; taken < 101; taken += 1) await own.take();
  });
  expect(time.now() - begun).toBeLessThan(61_200);
});

test('a table that answers slower than slots go by still gives slots', async () => {
  const time = new SimulatedTime();
  const begun = time.now();
  const own = aKey(time, 300).budget({ client: slow(time, () => 400) });
  await time.run(async () => {
    for (let taken = 0; taken < 5; taken += 1) await own.take();
  });
  expect(time.now() - begun).toBeLessThan(20_000);
});

test.each(['sliding', 'fixed'] as const)(
  'two processes on one key meet no 429 of an API with a %s minute',
  async (window) => {
    const time = new SimulatedTime();
    const rateLimit = { requestsPerMinute: 100, window };
    const api = await startCheckoutPage({ payments: 10, now: time.now, rateLimit });
    const { budget } = aKey(time, 100);
    try {
      await time.run(
        ...[true, false].map((goesFirst) => async () => {
          const client = httpClient({
            instance: 'checkout_page',
            source: checkoutPage,
            baseUrl: api.baseUrl,
            key: api.key,
            keyName: 'THE_API_KEY',
            budget: budget({ goesFirst, client: slow(time, () => 20) }),
            ...time,
          });
          for (let request = 0; request < 130; request += 1) await client.getJson('/v1/payments/', { limit: '1' });
          client.close();
        }),
      );
      expect(api).toMatchObject({ requests: 260, refused: 0 });
    } finally {
      await api.close();
    }
  },
);

describe('while a nightly takes slots', () => {
  test('a backfill gets one a minute, and the nightly the rest; then the backfill goes on at once', async () => {
    const time = new SimulatedTime();
    const { budget } = aKey(time, 60);
    const nightly: number[] = [];
    const backfill: number[] = [];
    let over = Number.POSITIVE_INFINITY;
    await time.run(
      async () => {
        const own = budget({ goesFirst: true });
        for (let taken = 0; taken < 150; taken += 1) {
          await own.take();
          nightly.push(time.now());
        }
        over = time.now();
      },
      async () => {
        await time.sleep(2_000);
        const own = budget();
        for (let taken = 0; taken < 10; taken += 1) {
          await own.take();
          backfill.push(time.now());
        }
      },
    );
    const meanwhile = backfill.filter((at) => at < over);
    expect(meanwhile.length).toBe(3);
    const minutes = (over - (nightly[0] as number)) / 60_000;
    expect(nightly.length / minutes).toBeGreaterThan(57);
    const after = backfill.filter((at) => at >= over);
    expect((after[0] as number) - over).toBeLessThan(7_000);
    expect((after.at(-1) as number) - (after[0] as number)).toBeLessThan(after.length * spacingMs(60));
  });

  test('a backfill that waits ends with its signal', async () => {
    const time = new SimulatedTime();
    const { budget, leave } = aKey(time, 60);
    await leave({ version: 4, slot: time.now(), nightlyUntil: time.now() + 5_000, backfillAt: time.now() });
    const stop = new AbortController();
    const sleep = async (ms: number, signal?: AbortSignal) => {
      stop.abort(new Error('out of time'));
      await time.sleep(ms, signal);
    };
    await time.run(() => expect(budget({ sleep }).take(stop.signal)).rejects.toThrow('out of time'));
  });
});

describe('an item left behind', () => {
  const day = 24 * 3_600_000;

  test('hours ago delays nobody', async () => {
    const time = new SimulatedTime();
    const begun = time.now();
    const { budget, leave } = aKey(time, 60);
    const old = begun - 5 * 3_600_000;
    await leave({ version: 900, slot: old, nightlyUntil: old, backfillAt: old });
    await time.run(() => budget().take());
    expect(time.now()).toBe(begun);
  });

  test.each([
    ['slot', { slot: day }],
    ['nightly', { slot: -day, nightlyUntil: day }],
    ['backfill', { slot: -day, nightlyUntil: 5_000, backfillAt: day }],
    ['whole item', { slot: day, nightlyUntil: day, backfillAt: day }],
  ])('by a clock a day ahead (%s) delays a minute once, and no more', async (_, ahead) => {
    const time = new SimulatedTime();
    const begun = time.now();
    const { budget, leave } = aKey(time, 60);
    const item = Object.entries({ nightlyUntil: 0, backfillAt: 0, ...ahead });
    await leave({ version: 7, ...Object.fromEntries(item.map(([name, ms]) => [name, begun + ms])) });
    const own = budget();
    await time.run(async () => {
      await own.take();
      expect(time.now() - begun).toBeLessThanOrEqual(61_000);
      const first = time.now();
      await own.take();
      expect(time.now() - first).toBeLessThanOrEqual(1_100);
    });
  });

  test('by a clock ahead that is still at work does not let this process burst', async () => {
    const time = new SimulatedTime();
    const { budget } = aKey(time, 60);
    const ahead: number[] = [];
    await time.run(
      async () => {
        const own = budget({ now: () => time.now() + day });
        for (let taken = 0; taken < 30; taken += 1) {
          await own.take();
          ahead.push(time.now());
        }
      },
      async () => {
        const own = budget();
        for (let taken = 0; taken < 2; taken += 1) await own.take();
      },
    );
    const gaps = ahead.slice(1).map((at, index) => at - (ahead[index] as number));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(spacingMs(60) - 1);
  });
});

test('a table that is not there is named, with what to do', async () => {
  const time = new SimulatedTime();
  const own = aKey(time, 60).budget({ table: 'no_such_table' });
  await expect(own.take()).rejects.toThrow(TerminalError);
  await expect(own.take()).rejects.toThrow(/request budget in table no_such_table refused: ResourceNotFoundException/);
});
