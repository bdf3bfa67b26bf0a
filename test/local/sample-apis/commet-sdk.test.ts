import { Commet, CommetAPIError, CommetValidationError } from '@commet/node';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { ids } from './ask.ts';

/** Commet's own SDK has its base URL built in, and calls the global fetch: only that one is directed to loopback. */
const realFetch = globalThis.fetch;
let sample: SampleApi;

beforeAll(async () => {
  const now = () => Date.UTC(2026, 6, 1, 9, 0, 30);
  const keys = [{ key: 'ck_live' }, { key: 'ck_busy' }];
  sample = await startCommet({ payments: 257, keys, now, rateLimit: { requestsPerMinute: 12 } });
  globalThis.fetch = (input, init) => {
    const url = String(input);
    if (!url.startsWith('https://commet.co/')) throw new Error(`only Commet's own address is expected, got ${url}`);
    return realFetch(url.replace('https://commet.co', new URL(sample.baseUrl).origin), init);
  };
});
afterAll(async () => {
  globalThis.fetch = realFetch;
  await sample.close();
});

const client = (apiKey: string) => new Commet({ apiKey, retries: 0, telemetry: false });

test('Commet’s SDK lists all pages', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const answer = await client('ck_live').payments.list({ limit: 100, ...(cursor ? { cursor } : {}) });
    expect(answer.success).toBe(true);
    seen.push(...(answer.data ?? []).map(({ id }) => id));
    expect(answer.hasMore).toBe(Boolean(answer.nextCursor));
    cursor = answer.nextCursor;
  } while (cursor);
  expect(seen).toEqual(ids([...sample.all()]));
});

test('Commet’s SDK lists a customer’s payments and gets one payment', async () => {
  const one = sample.record(100);
  expect(await client('ck_live').payments.get({ id: String(one?.id) })).toEqual({ success: true, data: one });
  const own = [...sample.all()].filter(({ customerId }) => customerId === one?.customerId);
  const { data } = await client('ck_live').payments.list({ customerId: String(one?.customerId), limit: 100 });
  expect(data).toEqual(own);
});

test('Commet’s SDK understands 401, 404 and a bad value', async () => {
  const unknown = client('ck_wrong').payments.list();
  await expect(unknown).rejects.toThrow(CommetAPIError);
  await expect(unknown).rejects.toMatchObject({ statusCode: 401, type: 'authentication_error' });
  const missing = client('ck_live').payments.get({ id: 'pay_unknown' });
  await expect(missing).rejects.toMatchObject({ statusCode: 404, code: 'not_found' });
  const bad = client('ck_live').payments.list({ limit: 1000 });
  await expect(bad).rejects.toThrow(CommetValidationError);
  await expect(bad).rejects.toMatchObject({ validationErrors: { limit: ['must be an integer from 1 to 100'] } });
});

test('Commet’s SDK understands a 429', async () => {
  for (let request = 0; request < 12; request++) await client('ck_busy').payments.list({ limit: 1 });
  await expect(client('ck_busy').payments.list()).rejects.toMatchObject({ statusCode: 429, code: 'rate_limited' });
  expect(sample.refused).toBe(1);
});
