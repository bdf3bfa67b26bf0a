import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { TerminalError, TransientError, UsageError } from '../../../lambdas/errors.ts';
import { httpClient } from '../../../lambdas/extract/http-client.ts';
import { realTiming } from '../../../lambdas/extract/timing.ts';
import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { closeTestClients, failure, testClient, testKey } from '../../support/test-client.ts';

afterEach(closeTestClients);

const hang = () => {};
const drip = (status: number) => (_: unknown, response: ServerResponse) => {
  response.writeHead(status);
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(timer));
};

test('the key goes in its header, beside what the source declares', async () => {
  const { server, client } = await testClient([{ body: { ok: 1 } }]);
  await client.getJson('/v1/payments/', { limit: '100' });
  expect(server.requests[0]).toMatchObject({
    url: '/v1/payments/?limit=100',
    headers: { authorization: `Bearer ${testKey}`, accept: 'application/json' },
  });
});

test('an answer carries its request id and the time by the API’s clock', async () => {
  const headers = { 'x-request-id': 'req_1', date: 'Sun, 06 Nov 1994 08:49:37 GMT' };
  const { client } = await testClient([{ headers, body: [1] }]);
  const answeredAt = Date.UTC(1994, 10, 6, 8, 49, 37);
  expect(await client.getJson('/', {})).toEqual({ body: [1], status: 200, requestId: 'req_1', answeredAt });
});

test('without a Date the time is our clock’s', async () => {
  const noDate = (_: unknown, response: ServerResponse) => {
    response.sendDate = false;
    response.end('{}');
  };
  const { client, clock } = await testClient([noDate]);
  expect(await client.getJson('/', {})).toMatchObject({ answeredAt: clock.at, requestId: null });
});

test('a hundred requests in a row use one connection, errors among them', async () => {
  const { server, client } = await testClient([{ status: 500, body: 'x'.repeat(10_000) }, {}, { status: 429 }, {}]);
  for (let n = 0; n < 98; n += 1) await client.getJson('/', {});
  expect(server.requests).toHaveLength(100);
  expect(server.sockets()).toBe(1);
});

describe('compressed answers', () => {
  const value = { text: 'é😀'.repeat(1_000) };
  const json = Buffer.from(JSON.stringify(value));
  const encodings: [string, string, Buffer][] = [
    ['gzip', 'gzip', gzipSync(json)],
    ['brotli', 'br', brotliCompressSync(json)],
    ['deflate', 'deflate', deflateSync(json)],
    ['deflate without its wrapping', 'deflate', deflateRawSync(json)],
  ];
  test.each(encodings)('%s is asked for and unpacked', async (_, encoding, body) => {
    const { server, client } = await testClient([{ headers: { 'content-encoding': encoding }, body }]);
    expect((await client.getJson('/', {})).body).toEqual(value);
    expect(server.requests[0]?.headers['accept-encoding']).toContain(encoding);
    expect(client.counters.bytes).toBe(body.length);
  });
});

describe('the cap on a body', () => {
  const maxBodyBytes = 100_000;
  test('holds for a plain body, and no second try is made', async () => {
    const { server, client } = await testClient([{ body: 'x'.repeat(maxBodyBytes + 1) }], { maxBodyBytes });
    const error = await failure(client.getJson('/', {}));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).toContain('a body of more than 100000 bytes');
    expect(server.requests).toHaveLength(1);
  });

  test('ends a body that never does', async () => {
    const flood = (_: unknown, response: ServerResponse) => {
      const more = () => response.write(Buffer.alloc(10_000, 32), () => setImmediate(more));
      more();
    };
    const { client } = await testClient([flood], { maxBodyBytes });
    expect(await failure(client.getJson('/', {}))).toBeInstanceOf(TerminalError);
    expect(client.counters.bytes).toBeLessThan(maxBodyBytes + 100_000);
  });

  const zeros = Buffer.alloc(20_000_000, 32);
  const bombs: [string, Buffer][] = [
    ['gzip', gzipSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['deflate', deflateSync(zeros)],
  ];
  test.each(bombs)('holds for what %s unpacks to', async (encoding, body) => {
    expect(body.length).toBeLessThan(maxBodyBytes);
    const { server, client } = await testClient([{ headers: { 'content-encoding': encoding }, body }], {
      maxBodyBytes,
    });
    const error = await failure(client.getJson('/', {}));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).toContain('unpacks to more than 100000 bytes');
    expect(server.requests).toHaveLength(1);
  });
});

describe('the timeout', () => {
  const once = { timeoutMs: 80, attempts: 1 };
  test.each([
    ['no answer at all', hang],
    ['a body that drips for ever', drip(200)],
  ])('ends %s', async (_, answer) => {
    const { client } = await testClient([answer], once);
    const error = await failure(client.getJson('/', {}));
    expect(error).toBeInstanceOf(TransientError);
    expect(error.message).toContain('no whole answer within 0.08 s');
  });

  test('leaves the status of an error whose body drips for ever', async () => {
    const { client } = await testClient([drip(404)], once);
    expect((await failure(client.getJson('/', {}))).message).toContain('finds nothing here (404)');
  });
});

describe('an abort', () => {
  const reason = new Error('Ctrl-C');
  const inMoment = (): AbortSignal => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 40);
    return controller.signal;
  };

  test.each([
    ['a request without an answer', hang],
    ['a body that drips', drip(200)],
  ])('ends %s with its reason', async (_, answer) => {
    const { server, client } = await testClient([answer], { signal: inMoment() });
    await expect(client.getJson('/', {})).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  test('ends a wait that the API asked for, at once', async () => {
    const answer = { status: 429, headers: { 'retry-after': '600' } };
    const stop = new AbortController();
    const sleep: typeof realTiming.sleep = (ms, signal) => {
      setImmediate(() => stop.abort(reason));
      return realTiming.sleep(ms, signal);
    };
    const { server, client } = await testClient([answer], { signal: stop.signal, sleep });
    await expect(client.getJson('/', {})).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
    expect(client.counters).toMatchObject({ retries: 0, throttled: 1, throttledMs: 0 });
  });

  test('made before sends nothing', async () => {
    const { server, client } = await testClient([{}], { signal: AbortSignal.abort(reason) });
    await expect(client.getJson('/', {})).rejects.toBe(reason);
    expect(server.requests).toHaveLength(0);
  });
});

test('closing the client ends what is under way, and nothing is tried again', async () => {
  const { server, client } = await testClient([
    () => {
      client.close();
    },
  ]);
  expect(await failure(client.getJson('/', {}))).toBeInstanceOf(TransientError);
  expect((await failure(client.getJson('/', {}))).message).toBe('checkout_page: the client was closed');
  expect(server.requests).toHaveLength(1);
});

test('over https nothing goes out in the clear', async () => {
  let heard = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      heard = Buffer.concat([heard, bytes]);
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { client } = await testClient([], { baseUrl });
  expect((await failure(client.getJson('/', {}))).message).toContain('the connection failed (');
  expect(heard.length).toBeGreaterThan(0);
  expect(heard.includes(testKey)).toBe(false);
  server.close();
});

test.each([301, 302, 303, 307, 308])('a redirect (%d) is not followed', async (status) => {
  const headers = { location: 'http://127.0.0.1/elsewhere', 'x-request-id': 'req_7' };
  const { server, client } = await testClient([{ status, headers }]);
  const error = await failure(client.getJson('/v1/payments/', {}));
  expect(error).toBeInstanceOf(TerminalError);
  expect(error.message).toBe(
    `checkout_page: the API answers ${status}, which is neither a list nor an error; redirects are not followed; ` +
      `check the base URL (GET /v1/payments/, status ${status}, request req_7)`,
  );
  expect(server.requests).toHaveLength(1);
});

describe('a client is refused', () => {
  const options = { instance: 'a', source: checkoutPage, keyName: 'A_API_KEY' };
  test('for a base URL that is not https', () => {
    expect(() => httpClient({ ...options, key: testKey, baseUrl: 'http://example.com' })).toThrow(UsageError);
  });
  test('for a key that would break its header, which is not shown', () => {
    const build = () => httpClient({ ...options, key: `${testKey}\r\nx: y`, baseUrl: 'https://example.com' });
    expect(build).toThrow(UsageError);
    expect(build).toThrow(/^A_API_KEY must be the bare key/);
    expect(build).not.toThrow(testKey);
  });
});
