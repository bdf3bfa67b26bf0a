import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { TerminalError } from '../../../lambdas/errors.ts';
import { openList } from '../../../lambdas/extract/pages.ts';
import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import type { Answer } from '../../support/answering-server.ts';
import { closeTestClients, failure, testClient, testKey } from '../../support/test-client.ts';

afterEach(closeTestClients);

const textOf = async (answer: Answer): Promise<string> => {
  const { client } = await testClient([answer]);
  const error = await failure(client.getJson('/v1/payments/', { limit: '100', starting_after: 'abc' }));
  expect(error).toBeInstanceOf(TerminalError);
  return error.message;
};
const headers = { 'x-request-id': 'req_81' };

test('a 401 says which key is refused, and that the sync goes on where it stopped', async () => {
  expect(await textOf({ status: 401, headers })).toBe(
    'CHECKOUT_PAGE_API_KEY is refused by the API (401): it was revoked or belongs to another store; ' +
      'set the new key and run the same command again, it goes on where it stopped ' +
      '(checkout_page, GET /v1/payments/?limit&starting_after="abc", status 401, request req_81)',
  );
});

test('a 403 says which key lacks which permission', async () => {
  expect(await textOf({ status: 403, headers })).toBe(
    'CHECKOUT_PAGE_API_KEY lacks the permission to read payments (403); give it to the key and run the same ' +
      'command again (checkout_page, GET /v1/payments/?limit&starting_after="abc", status 403, request req_81)',
  );
});

test('any other 4xx says instance, status and request id', async () => {
  expect(await textOf({ status: 422, headers })).toBe(
    'checkout_page: the API refuses the request (422) ' +
      '(GET /v1/payments/?limit&starting_after="abc", status 422, request req_81)',
  );
});

test('an answer without a request id says so', async () => {
  expect(await textOf({ status: 400 })).toContain('request id not given');
});

describe('no error and no log shows key, payload or a filter’s value', () => {
  const payload = 'jane.doe@example.com';
  const email = 'john.roe@example.org';
  const echo = { 'x-request-id': testKey, location: `https://x.test/?key=${testKey}`, 'x-echo': `Bearer ${testKey}` };
  const body = JSON.stringify({ customerEmail: payload, key: testKey, search: email });
  const statuses = [301, 400, 401, 403, 404, 408, 422, 429, 500, 503];
  const answers: [string, Answer][] = [
    ...statuses.map((status): [string, Answer] => [`a ${status}`, { status, headers: echo, body }]),
    ['JSON cut short', { headers: echo, body: body.slice(0, -3) }],
    ['a gzip body cut short', { headers: { 'content-encoding': 'gzip' }, body: gzipSync(body).subarray(0, -9) }],
    ['a body above the cap', { headers: echo, body: body.repeat(100) }],
    ['a page that is none', { headers: echo, body }],
    ['a record that is none', { headers: echo, body: JSON.stringify({ data: [payload], has_more: payload }) }],
    ['a total that is none', { body: JSON.stringify({ data: [], has_more: false, total: payload }) }],
    ['a cursor that is none', { body: JSON.stringify({ data: [{ id: [payload] }], has_more: true, total: 1 }) }],
    ['an answer that is not HTTP', (request) => request.socket.end(`${body}\r\n${testKey}\r\n\r\n`)],
    [
      'a reset in the middle of a body',
      (request, response) => {
        response.writeHead(200, { 'content-length': '9999', ...echo }).write(body);
        setTimeout(() => request.socket.resetAndDestroy(), 10);
      },
    ],
  ];

  test.each(answers)('%s', async (_, answer) => {
    const logged: unknown[] = [];
    const { client } = await testClient([answer], {
      maxBodyBytes: 5_000,
      attempts: 2,
      log: (...line) => logged.push(line),
    });
    const list = openList(client, checkoutPage, { search: email });
    const error = await failure(list.page('cursor1'));
    const shown = [error, ...logged, client]
      .map((each) => `${inspect(each, { depth: null, showHidden: true })}${String(each)}`)
      .join();
    for (const secret of [testKey, payload, email, encodeURIComponent(email), testKey.slice(3)]) {
      expect(shown).not.toContain(secret);
    }
    expect(error.cause).toBeUndefined();
  });
});
