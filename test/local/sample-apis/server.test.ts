import { get, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi, SampleOptions } from '../../../local/sample-apis/sample-api.ts';
import { ask } from './ask.ts';

const list = '/v1/payments/';
const open: SampleApi[] = [];
afterEach(() => Promise.all(open.splice(0).map((sample) => sample.close())));

async function start(
  options: Partial<SampleOptions> = {},
  api: typeof startCommet = startCheckoutPage,
): Promise<SampleApi> {
  const sample = await api({ payments: 200, ...options });
  open.push(sample);
  return sample;
}

/** The bytes as they travel: fetch would decode them. */
function raw(sample: SampleApi, acceptEncoding?: string): Promise<{ response: IncomingMessage; body: Buffer }> {
  const headers = {
    authorization: `Bearer ${sample.key}`,
    ...(acceptEncoding ? { 'accept-encoding': acceptEncoding } : {}),
  };
  return new Promise((resolve, reject) => {
    get(sample.baseUrl + list, { headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ response, body: Buffer.concat(parts) }));
    }).on('error', reject);
  });
}

test('an answer is compressed for who accepts it, and for nobody else', async () => {
  const sample = await start();
  const plain = await raw(sample);
  expect(plain.response.headers['content-encoding']).toBeUndefined();
  const small = await raw(sample, 'br, gzip;q=0.8');
  expect(small.response.headers['content-encoding']).toBe('gzip');
  expect(small.body.length * 2).toBeLessThan(plain.body.length);
  expect(gunzipSync(small.body)).toEqual(plain.body);
  expect((await raw(sample, 'gzip;q=0, br')).response.headers['content-encoding']).toBeUndefined();
  const off = await start({ compression: false });
  expect((await raw(off, 'gzip')).response.headers['content-encoding']).toBeUndefined();
});

test('every answer has a request id of its own and the date of the sample’s clock', async () => {
  const sample = await start({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5) });
  const answers = [await ask(sample, list), await ask(sample, list, {}), await ask(sample, '/nowhere')];
  const requestIds = answers.map(({ headers }) => headers.get('x-request-id'));
  expect(new Set(requestIds).size).toBe(3);
  expect(requestIds.every((id) => /^req_[0-9a-f]{12}$/.test(String(id)))).toBe(true);
  expect(answers[1]?.headers.get('date')).toBe('Fri, 02 Jan 2026 03:04:05 GMT');
  expect(sample.requests).toBe(3);
});

test('an answer leaves no earlier than the latency after its request', async () => {
  const sample = await start({ latencyMs: 60 });
  const began = performance.now();
  await ask(sample, list);
  expect(performance.now() - began).toBeGreaterThanOrEqual(58);
});

test('an interceptor may answer itself, let a request pass, and fail without killing the sample', async () => {
  const sample = await start({
    intercept: async (_request, response, url) => {
      if (url.searchParams.has('fail')) throw new Error('planned');
      if (!url.searchParams.has('mine')) return false;
      response.writeHead(418).end('{"mine":true}');
      return true;
    },
  });
  expect(await ask(sample, `${list}?mine`)).toMatchObject({ status: 418, body: { mine: true } });
  expect((await ask(sample, `${list}?fail`)).status).toBe(500);
  expect((await ask(sample, list)).status).toBe(200);
});

test('a fixed window allows so many requests in each minute of the clock and key', async () => {
  let clock = Date.UTC(2026, 0, 1, 0, 0, 50);
  const keys = [{ key: 'a' }, { key: 'b' }];
  const sample = await start({ now: () => clock, keys, rateLimit: { requestsPerMinute: 3 } });
  const statusOf = async (key: string) => (await ask(sample, list, { authorization: `Bearer ${key}` })).status;
  expect([await statusOf('a'), await statusOf('a'), await statusOf('a'), await statusOf('a')]).toEqual([
    200, 200, 200, 429,
  ]);
  expect(await statusOf('b')).toBe(200);
  const { headers, body } = await ask(sample, list);
  expect(headers.get('retry-after')).toBe('10');
  expect(body.error.code).toBe('too_many_requests');
  clock += 10_000;
  expect(await statusOf('a')).toBe(200);
  expect(sample.refused).toBe(2);
});

test('a sliding window looks back over 60 seconds', async () => {
  let clock = Date.UTC(2026, 0, 1, 0, 0, 50);
  const sample = await start({ now: () => clock, rateLimit: { requestsPerMinute: 2, window: 'sliding' } });
  const at = async (seconds: number) => {
    clock = Date.UTC(2026, 0, 1, 0, 0, seconds);
    const { status, headers } = await ask(sample, list);
    return [status, headers.get('retry-after')];
  };
  expect([await at(50), await at(70), await at(80)]).toEqual([
    [200, null],
    [200, null],
    [429, '30'],
  ]);
  expect([await at(109), await at(110), await at(129), await at(130)]).toEqual([
    [429, '1'],
    [200, null],
    [429, '1'],
    [200, null],
  ]);
});

test('the limit of an account counts over its keys', async () => {
  const keys = [{ key: 'a' }, { key: 'b' }];
  const now = () => Date.UTC(2026, 0, 1);
  const sample = await start({ now, keys, rateLimit: { requestsPerMinute: 2, requestsPerMinuteAndAccount: 3 } });
  const statusOf = async (key: string) => (await ask(sample, list, { authorization: `Bearer ${key}` })).status;
  expect([await statusOf('a'), await statusOf('a'), await statusOf('b'), await statusOf('b')]).toEqual([
    200, 200, 200, 429,
  ]);
});

test('Commet tells its limit on every answer, and its 429 names rate_limited', async () => {
  const now = () => Date.UTC(2026, 0, 1, 0, 0, 15);
  const sample = await start({ now, rateLimit: { requestsPerMinute: 1 } }, startCommet);
  const limits = ({ headers }: { headers: Headers }) =>
    ['limit', 'remaining', 'reset'].map((name) => headers.get(`ratelimit-${name}`));
  expect(limits(await ask(sample, '/payments'))).toEqual(['1', '0', '45']);
  const refused = await ask(sample, '/payments');
  expect(limits(refused)).toEqual(['1', '0', '45']);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '45']);
  expect(refused.body).toMatchObject({ success: false, error: { code: 'rate_limited' } });
});

test('Retry-After can be a date, or be left out', async () => {
  const now = () => Date.UTC(2026, 0, 1, 0, 0, 15);
  for (const [retryAfter, expected] of [
    ['date', 'Thu, 01 Jan 2026 00:01:00 GMT'],
    ['none', null],
  ] as const) {
    const sample = await start({ now, rateLimit: { requestsPerMinute: 1, retryAfter } });
    await ask(sample, list);
    expect((await ask(sample, list)).headers.get('retry-after')).toBe(expected);
  }
});

test('closing twice is no error, and frees the port', async () => {
  const sample = await start();
  await sample.close();
  await sample.close();
  const port = Number(new URL(sample.baseUrl).port);
  expect((await start({ port })).baseUrl).toBe(sample.baseUrl);
});
