import fc from 'fast-check';
import { UsageError } from '../../../lambdas/errors.ts';
import { budgetFor, pacedBudget, unpaced } from '../../../lambdas/extract/pace.ts';
import { realTiming } from '../../../lambdas/extract/timing.ts';
import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { commet } from '../../../lambdas/sources/commet.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const minute = 60_000;

/** The most arrivals that any 60 s hold, both ends counted. */
function fullestMinute(arrivals: readonly number[]): number {
  const sorted = [...arrivals].sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [index, at] of sorted.entries()) {
    while (at - (sorted[first] ?? at) > minute) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/** Times at which `count` requests are let go, the work between them as given. */
async function letGo(requestsPerMinute: number, count: number, workMs: (n: number) => number): Promise<number[]> {
  const clock = virtualClock();
  const budget = pacedBudget({ requestsPerMinute, now: clock.now, sleep: clock.sleep });
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    await budget.take();
    times.push(clock.at);
    clock.at += workMs(n);
  }
  return times;
}

test('no minute, wherever it begins, holds more than the limit: not with rests, nor with a network’s jitter', async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 500 }),
    fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 200_000 })), { minLength: 1 }),
    fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1 }),
    async (limit, work, jitter) => {
      const times = await letGo(limit, limit * 2 + 5, (n) => work[n % work.length] ?? 0);
      const arrivals = times.map((at, n) => at + (jitter[n % jitter.length] ?? 0));
      expect(fullestMinute(arrivals)).toBeLessThanOrEqual(limit);
    },
  );
  await fc.assert(property, { numRuns: 150 });
});

test('a rest is followed by no burst', async () => {
  const times = await letGo(60, 10, (n) => (n === 4 ? 30 * minute : 0));
  const gaps = times.slice(1).map((at, n) => at - (times[n] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
});

test('the pace stays within 2 % of the limit', async () => {
  const times = await letGo(100, 1_001, () => 0);
  expect((times[1_000] ?? 0) - (times[0] ?? 0)).toBeLessThan(10 * minute * 1.02);
});

test('the first request need not wait', async () => {
  const clock = virtualClock();
  await pacedBudget({ requestsPerMinute: 1, now: clock.now, sleep: clock.sleep }).take();
  expect(clock.slept).toEqual([]);
});

test('those who ask at the same time go one after the other', async () => {
  let at = 0;
  const asleep: { until: number; wake: () => void }[] = [];
  const sleep = (ms: number) => new Promise<void>((wake) => asleep.push({ until: at + ms, wake }));
  const budget = pacedBudget({ requestsPerMinute: 61, now: () => at, sleep });
  const times: number[] = [];
  for (let n = 0; n < 4; n += 1) void budget.take().then(() => times.push(at));
  for (; times.length < 4; at += 100) {
    for (const { wake } of asleep.filter(({ until }) => until <= at)) wake();
    await new Promise(setImmediate);
  }
  expect(times).toEqual([0, 1_000, 2_000, 3_000]);
});

test('a clock set back costs one spacing, not the time it lost', async () => {
  const clock = virtualClock();
  const budget = pacedBudget({ requestsPerMinute: 61, now: clock.now, sleep: clock.sleep });
  await budget.take();
  clock.at -= 3_600_000;
  await budget.take();
  expect(clock.slept).toEqual([1_000]);
});

test('an abort ends the wait for one’s turn at once, and takes nothing', async () => {
  const reason = new Error('Ctrl-C');
  const controller = new AbortController();
  const budget = pacedBudget({ requestsPerMinute: 1 });
  await budget.take();
  const turn = budget.take(controller.signal);
  controller.abort(reason);
  await expect(turn).rejects.toBe(reason);
  await expect(unpaced.take(controller.signal)).rejects.toBe(reason);
  await expect(realTiming.sleep(0, controller.signal)).rejects.toBe(reason);
});

test.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('a rate of %d a minute is refused', (rate) => {
  expect(() => pacedBudget({ requestsPerMinute: rate })).toThrow(UsageError);
});

describe('the pace of a source', () => {
  const spacing = async (...args: Parameters<typeof budgetFor>): Promise<number> => {
    const clock = virtualClock();
    const budget = budgetFor(args[0], args[1], { ...args[2], now: clock.now, sleep: clock.sleep });
    await budget.take();
    await budget.take();
    return clock.slept[0] ?? 0;
  };

  test('is its documented limit', async () => {
    expect(await spacing(checkoutPage, checkoutPage.baseUrl)).toBe(610);
  });
  test('is 5 requests a second where none is documented', async () => {
    expect(await spacing(commet, commet.baseUrl)).toBe(204);
  });
  test('is none on loopback', async () => {
    expect(await spacing(checkoutPage, 'http://127.0.0.1:8080')).toBe(0);
  });
  test('is the rate that was given, on loopback too', async () => {
    expect(await spacing(checkoutPage, 'http://127.0.0.1:8080', { requestsPerMinute: 10 })).toBe(6_100);
    expect(await spacing(checkoutPage, checkoutPage.baseUrl, { requestsPerMinute: 10 })).toBe(6_100);
  });
});
