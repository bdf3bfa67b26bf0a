import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { TransientError } from '../../../lambdas/errors.ts';
import { commet } from '../../../lambdas/sources/commet.ts';
import type { Answer } from '../../support/answering-server.ts';
import { closeTestClients, failure, testClient } from '../../support/test-client.ts';

afterEach(closeTestClients);

describe('Retry-After', () => {
  const limited = (retryAfter: string, date?: string): Answer => ({
    status: 429,
    headers: { 'retry-after': retryAfter, ...(date ? { date } : {}) },
  });

  test.each([429, 503, 500, 408])('is waited out exactly after a %d', async (status) => {
    const { client, clock } = await testClient([{ status, headers: { 'retry-after': '37' } }, {}]);
    await client.getJson('/', {});
    expect(clock.slept).toEqual([37_000]);
    expect(client.counters).toMatchObject({ throttledMs: 37_000, throttled: 1, retries: 1 });
  });

  test('as a date is counted from the answer’s own Date, whatever our clock says', async () => {
    const answer = limited('Sun, 06 Nov 1994 08:50:37 GMT', 'Sun, 06 Nov 1994 08:49:07 GMT');
    const { client, clock } = await testClient([answer, {}]);
    await client.getJson('/', {});
    expect(clock.slept).toEqual([90_000]);
  });

  test('as a date without a Date beside it is counted from our clock', async () => {
    const { client, clock } = await testClient([
      (_, response: ServerResponse) => {
        response.sendDate = false;
        response.writeHead(429, { 'retry-after': new Date(clock.at + 42_000).toUTCString() }).end();
      },
      {},
    ]);
    await client.getJson('/', {});
    expect(clock.slept).toEqual([42_000]);
  });

  test('in the past means now', async () => {
    const answer = limited('Sun, 06 Nov 1994 08:49:07 GMT', 'Sun, 06 Nov 1994 08:50:07 GMT');
    const { client, clock } = await testClient([answer, {}]);
    await client.getJson('/', {});
    expect(clock.slept).toEqual([0]);
  });

  test('longer than the longest wait is a TransientError that says how long', async () => {
    const { server, client, clock } = await testClient([limited('901')]);
    const error = await failure(client.getJson('/', {}));
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ retryAfterMs: 901_000 });
    expect(error.message).toContain('wants a pause of 901 s, where at most 900 s are waited');
    expect(clock.slept).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test('is waited out at any length up to the longest wait', async () => {
    const { client, clock } = await testClient([limited('900'), {}]);
    await client.getJson('/', {});
    expect(clock.slept).toEqual([900_000]);
  });

  test('of a 429 without it: Commet’s is not tried again', async () => {
    const { server, client, clock } = await testClient([{ status: 429 }], { source: commet, instance: 'commet' });
    const error = await failure(client.getJson('/payments', {}));
    expect(error).toBeInstanceOf(TransientError);
    expect(error.message).toContain('commet: the API refuses more requests (429) and names no time to wait');
    expect(server.requests).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  test.each(['soon', '-1', '', 'Tomorrow'])('that says nothing (%p) counts as none for Commet', async (value) => {
    const { server, client } = await testClient([limited(value)], { source: commet });
    expect(await failure(client.getJson('/payments', {}))).toBeInstanceOf(TransientError);
    expect(server.requests).toHaveLength(1);
  });

  test('of a 429 with it: Commet’s is tried again', async () => {
    const { client, clock } = await testClient([limited('3'), {}], { source: commet });
    await client.getJson('/payments', {});
    expect(clock.slept).toEqual([3_000]);
  });

  test('is never shortened or lengthened, whatever the dice say', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 0, max: 900 }),
      fc.double({ min: 0, max: 0.99 }),
      async (seconds, dice) => {
        const { client, clock } = await testClient([limited(String(seconds)), {}], { random: () => dice });
        await client.getJson('/', {});
        await closeTestClients();
        expect(clock.slept).toEqual([seconds * 1_000]);
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });
});

describe('RateLimit-Remaining 0', () => {
  const spent = (reset: string): Answer => ({ headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': reset } });

  test('makes the next request wait for RateLimit-Reset, as throttled time', async () => {
    const { client, clock } = await testClient([spent('12'), {}]);
    await client.getJson('/', {});
    expect(clock.slept).toEqual([]);
    await client.getJson('/', {});
    await client.getJson('/', {});
    expect(clock.slept).toEqual([12_000]);
    expect(client.counters).toMatchObject({ retries: 0, throttledMs: 12_000 });
  });

  test('with a Unix time as RateLimit-Reset waits until then, by the API’s clock', async () => {
    const headers = {
      'ratelimit-remaining': '0',
      'ratelimit-reset': '1767225630',
      date: 'Thu, 01 Jan 2026 00:00:20 GMT',
    };
    const { client, clock } = await testClient([{ headers }, {}]);
    await client.getJson('/', {});
    await client.getJson('/', {});
    expect(clock.slept).toEqual([10_000]);
  });

  test('asks only for what is left of it', async () => {
    const { client, clock } = await testClient([spent('12'), {}]);
    await client.getJson('/', {});
    clock.at += 9_000;
    await client.getJson('/', {});
    expect(clock.slept).toEqual([3_000]);
  });

  test('asks for no more than it said after our clock was set back', async () => {
    const { client, clock } = await testClient([spent('12'), {}]);
    await client.getJson('/', {});
    clock.at -= 3_600_000;
    await client.getJson('/', {});
    expect(clock.slept).toEqual([12_000]);
  });

  test('beside a Retry-After is not waited for twice', async () => {
    const headers = { 'retry-after': '12', 'ratelimit-remaining': '0', 'ratelimit-reset': '12' };
    const { client, clock } = await testClient([{ status: 429, headers }, {}]);
    await client.getJson('/', {});
    expect(clock.slept).toEqual([12_000]);
  });

  test('for longer than the longest wait is a TransientError that says how long', async () => {
    const { server, client } = await testClient([spent('3600'), {}]);
    await client.getJson('/', {});
    expect(await failure(client.getJson('/', {}))).toMatchObject({ name: 'TransientError', retryAfterMs: 3_600_000 });
    expect(server.requests).toHaveLength(1);
  });

  test('while some remains nothing waits', async () => {
    const { client, clock } = await testClient([{ headers: { 'ratelimit-remaining': '1', 'ratelimit-reset': '9' } }]);
    await client.getJson('/', {});
    await client.getJson('/', {});
    expect(clock.slept).toEqual([]);
  });
});
