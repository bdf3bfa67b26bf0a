import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpClient } from '../../../lambdas/extract/http-client.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { historyRows } from '../../support/history-rows.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { closeBenches, type SyncBench, syncBench, today, withPagesOf } from '../../support/sync-bench.ts';

const { name, source } = checkoutPageInstance;
const instance = withPagesOf(10, { name, source: { ...source, tables: source.tables.slice(0, 2) } });
const payments = 40;
const opened: SampleApi[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
  await closeBenches();
});

type Fault = (request: IncomingMessage, response: ServerResponse) => void;

/** A sync of an API that answers its third page so. */
async function facing(
  fault: Fault,
  times: number,
  timeoutMs = 30_000,
): Promise<{ bench: SyncBench; heal: () => void; sync: SyncBench['sync'] }> {
  const state = { page: 0, left: times };
  const intercept = (request: IncomingMessage, response: ServerResponse, url: URL): boolean => {
    if (url.searchParams.get('limit') !== '10' || ++state.page < 3 || state.left === 0) return false;
    state.left--;
    response.setHeader('x-request-id', 'req_hostile');
    fault(request, response);
    return true;
  };
  const api = await startCheckoutPage({ payments, months: 1, now: () => today, compression: false, intercept });
  opened.push(api);
  const bench = await syncBench(api, instance);
  const client = {
    instance: name,
    source: instance.source,
    baseUrl: api.baseUrl,
    key: api.key,
    keyName: 'THE_API_KEY',
    timeoutMs,
    now: bench.clock.now,
    sleep: bench.clock.sleep,
  };
  const connect: Parameters<SyncBench['sync']>[0] = { connect: (signal) => httpClient({ ...client, signal }) };
  const heal = () => {
    state.left = 0;
  };
  const sync: SyncBench['sync'] = (changes) => bench.sync({ ...connect, settings: { loadRows: 1 }, ...changes });
  return { bench, sync, heal };
}

const body = (text: string | Buffer, headers: Record<string, string> = {}): Fault => {
  return (_, response) => void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(text);
};

/** Over in a moment, or not: what the client does about it is tried again six times. */
const passing: readonly [string, Fault][] = [
  ['a reset before the answer', (request) => request.socket.resetAndDestroy()],
  [
    'a reset in the middle of a body',
    (request, response) => {
      response.writeHead(200, { 'content-length': '5000' }).write('{"data":[{"id":"');
      setImmediate(() => request.socket.resetAndDestroy());
    },
  ],
  ['truncated JSON', body('{"data":[{"id":"pay_1"')],
  ['HTML with 200', body('<html>We are back soon</html>', { 'content-type': 'text/html' })],
  ['an empty body', body('')],
  ['an answer that never comes', () => {}],
  [
    'a body that drips',
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{');
      const drip = setInterval(() => response.write(' '), 20).unref();
      response.on('close', () => clearInterval(drip));
    },
  ],
  ['a 500', (_, response) => void response.writeHead(500).end()],
];

/** How long an answer is waited for, ms: what never ends is not waited for half a minute. */
const patience = (what: string): number => (/never|drips/.test(what) ? 150 : 30_000);

test.each(passing)('%s, once, costs nothing: every payment is there once', async (what, fault) => {
  const { bench, sync } = await facing(fault, 1, patience(what));
  const { status, written, retries } = await sync();
  expect({ status, written }).toEqual({ status: 'done', written: payments });
  expect(retries).toBeGreaterThan(0);
  await bench.equalsApi();
  expect(await historyRows(bench)).toHaveLength(payments);
});

test.each(passing)(
  '%s, for ever, is a TransientError with source and cursor; what was read is kept, and the next sync goes on',
  async (what, fault) => {
    const { bench, sync, heal } = await facing(fault, Number.POSITIVE_INFINITY, patience(what));
    const failed = await sync();
    expect(failed).toMatchObject({ status: 'failed', written: 20, error: { name: 'TransientError' } });
    const { cursor } = (await bench.state()).place;
    expect(failed.error?.message).toMatch(/^checkout_page: .*, 6 times in a row; run the same command again later/);
    expect(failed.error?.message).toContain(`starting_after="${cursor}"`);
    heal();
    expect(await sync()).toMatchObject({ status: 'done', written: payments, resumed: true });
    await bench.equalsApi();
    expect(await historyRows(bench)).toHaveLength(payments);
  },
);

test('an answer that stays wrong is named with its request id', async () => {
  const { sync } = await facing(body('<html>'), Number.POSITIVE_INFINITY);
  expect((await sync()).error?.message).toContain('status 200, request req_hostile');
});

describe('a body', () => {
  /** The API's own page, made larger: spaces between its values are JSON too. */
  const padded =
    (bytes: number, contentType: string): Fault =>
    async (request, response) => {
      const url = new URL(String(request.url), opened[0]?.baseUrl);
      url.searchParams.set('limit', '9');
      const headers = { authorization: String(request.headers.authorization) };
      const page = await (await fetch(url, { headers })).text();
      response.writeHead(200, { 'content-type': contentType }).end(page.replace('{', `{${' '.repeat(bytes)}`));
    };

  test('of 20 MB and of a wrong content type is read like another', async () => {
    const { bench, sync } = await facing(padded(20_000_000, 'text/plain'), 1);
    expect(await sync()).toMatchObject({ status: 'done', written: payments, retries: 0 });
    await bench.equalsApi();
  }, 20_000);

  test('of more than 32 MB is a TerminalError with source, request id and cursor; the next sync goes on', async () => {
    const { bench, sync, heal } = await facing(padded(33_600_000, 'application/json'), Number.POSITIVE_INFINITY);
    const failed = await sync();
    expect(failed).toMatchObject({ status: 'failed', written: 20, error: { name: 'TerminalError' } });
    expect(failed.error?.message).toMatch(
      /^checkout_page: .*more than 33554432 bytes.*starting_after="[^"]+", status 200, request req_hostile/,
    );
    heal();
    expect(await sync()).toMatchObject({ status: 'done', resumed: true });
    await bench.equalsApi();
  });
});

test('"more" with no data is asked again only after a pause', async () => {
  const { bench, sync } = await facing(body(JSON.stringify({ data: [], has_more: true, total: payments })), 3);
  expect(await sync()).toMatchObject({ status: 'done', written: payments });
  expect(bench.clock.slept).toHaveLength(3);
  await bench.equalsApi();
});
