import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { TerminalError, TransientError } from '../../../lambdas/errors.ts';
import type { Answer } from '../../support/answering-server.ts';
import { closeTestClients, failure, testClient } from '../../support/test-client.ts';

afterEach(closeTestClients);

const zipped = gzipSync(JSON.stringify({ text: 'x'.repeat(10_000) }));
const reset = (request: IncomingMessage) => request.socket.resetAndDestroy();

const passing: [string, Answer][] = [
  ...[408, 429, 500, 501, 502, 503, 504, 529].map((status): [string, Answer] => [`a ${status}`, { status }]),
  ['a reset before an answer', reset],
  ['a connection closed before an answer', (request) => request.socket.destroy()],
  [
    'a reset in the middle of a body',
    (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"a":');
      setTimeout(() => reset(request), 10);
    },
  ],
  [
    'a body shorter than its content-length',
    (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{}', () => request.socket.end());
    },
  ],
  [
    'a chunked body without its end',
    (request, response) => {
      response.write('{}', () => request.socket.end());
    },
  ],
  ['JSON cut short', { body: '{"data":[1,2' }],
  ['a gzip body cut short', { headers: { 'content-encoding': 'gzip' }, body: zipped.subarray(0, -20) }],
  ['a body that is no gzip', { headers: { 'content-encoding': 'gzip' }, body: '{}' }],
  ['an encoding nobody asked for', { headers: { 'content-encoding': 'zstd' }, body: '{}' }],
  ['HTML with 200', { headers: { 'content-type': 'text/html' }, body: '<html>maintenance</html>' }],
  ['an empty body', { body: '' }],
  ['a 204', { status: 204 }],
  ['a body that is not UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }],
];

describe('one failure is tried again, and the answer then got:', () => {
  test.each(passing)('%s', async (_, answer) => {
    const { server, client, clock } = await testClient([answer, { body: { got: true } }]);
    expect((await client.getJson('/', {})).body).toEqual({ got: true });
    expect(server.requests).toHaveLength(2);
    expect(clock.slept).toHaveLength(1);
    expect(client.counters).toMatchObject({ requests: 2, retries: 1 });
  });
});

describe('a failure that stays is a TransientError after six tries:', () => {
  test.each(passing)('%s', async (_, answer) => {
    const { server, client } = await testClient([answer]);
    const error = await failure(client.getJson('/v1/payments/', { limit: '1' }));
    expect(error).toBeInstanceOf(TransientError);
    expect(error.message).toMatch(/^checkout_page: .*, 6 times in a row; .* \(GET \/v1\/payments\/\?limit, /);
    expect(server.requests).toHaveLength(6);
  });
});

test('a port where nobody listens is tried again, then named', async () => {
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const taken = (server.address() as AddressInfo).port;
      server.close(() => resolve(taken));
    });
  });
  const { client } = await testClient([], { baseUrl: `http://127.0.0.1:${port}` });
  const error = await failure(client.getJson('/', {}));
  expect(error).toBeInstanceOf(TransientError);
  expect(error.message).toContain('the connection failed (ECONNREFUSED), 6 times in a row');
});

test('a host that answers something other than HTTP is tried again, then named', async () => {
  const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { client } = await testClient([], { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  expect((await failure(client.getJson('/', {}))).message).toContain('HPE_INVALID_CONSTANT');
  server.close();
});

test.each([400, 401, 402, 403, 404, 405, 409, 410, 415, 422, 451])('a %d is never tried again', async (status) => {
  const { server, client } = await testClient([{ status }]);
  expect(await failure(client.getJson('/', {}))).toBeInstanceOf(TerminalError);
  expect(server.requests).toHaveLength(1);
});

describe('a wait of our own', () => {
  const waits = async (status: number, random: () => number): Promise<number[]> => {
    const { client, clock } = await testClient([{ status }], { random });
    await failure(client.getJson('/', {}));
    return clock.slept;
  };

  test('doubles up to its cap, and may be anything below', async () => {
    expect(await waits(500, () => 0)).toEqual([0, 0, 0, 0, 0]);
    expect(await waits(500, () => 1 - 2 ** -53)).toEqual([499, 999, 1_999, 3_999, 7_999]);
  });

  test('is longer after a 429, so that the tries outlast a minute', async () => {
    expect(await waits(429, () => 1 - 2 ** -53)).toEqual([7_999, 15_999, 31_999, 59_999, 59_999]);
  });

  test('keeps to the base and the cap it was given', async () => {
    const { client, clock } = await testClient([{ status: 500 }], {
      backoff: { baseMs: 10, capMs: 25 },
      random: () => 0.5,
      attempts: 4,
    });
    await failure(client.getJson('/', {}));
    expect(clock.slept).toEqual([5, 10, 12]);
  });
});

test('every retry takes from the budget', async () => {
  let taken = 0;
  const budget = {
    take: async () => {
      taken += 1;
    },
  };
  const { client } = await testClient([{ status: 500 }, { status: 502 }, {}], { budget });
  await client.getJson('/', {});
  expect(taken).toBe(3);
});
