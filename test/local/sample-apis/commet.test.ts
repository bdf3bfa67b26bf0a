import { type CommetOptions, startCommet } from '../../../local/sample-apis/commet.ts';
import type { Payment, SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { ask, ids, walk } from './ask.ts';

let sample: SampleApi;
let all: Payment[];

beforeAll(async () => {
  sample = await startCommet({ payments: 530 });
  all = [...sample.all()];
});
afterAll(() => sample.close());

async function withSample(options: Partial<CommetOptions>, use: (other: SampleApi) => Promise<void>): Promise<void> {
  const other = await startCommet({ payments: 120, ...options });
  try {
    await use(other);
  } finally {
    await other.close();
  }
}

test('the base URL ends in /api/v1, and a page holds 25 payments unless limit says otherwise', async () => {
  expect(sample.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1$/);
  const { status, body } = await ask(sample, '/payments');
  expect([status, body]).toEqual([
    200,
    { success: true, data: all.slice(0, 25), hasMore: true, nextCursor: expect.any(String) },
  ]);
  expect((await ask(sample, '/payments?limit=100')).body.data).toEqual(all.slice(0, 100));
});

test.each(['newest first', 'oldest first', 'shuffled'] as const)(
  '%s, the pages hold every payment once',
  async (order) => {
    await withSample({ order }, async (other) => {
      const listed = [...other.all()];
      expect(await walk(other, '/payments', 7)).toEqual(ids(listed));
      expect(new Set(ids(listed)).size).toBe(120);
      const times = listed.map(({ createdAt }) => String(createdAt));
      const ascends = times.every((time, i) => time >= (times[i - 1] ?? ''));
      const descends = times.every((time, i) => i === 0 || time <= (times[i - 1] ?? ''));
      expect([descends, ascends]).toEqual([order === 'newest first', order === 'oldest first']);
    });
  },
);

test('the last page has no next cursor: the key is absent, or null when so chosen', async () => {
  const small = { payments: 3 };
  await withSample(small, async (other) => {
    expect(Object.keys((await ask(other, '/payments')).body)).toEqual(['success', 'data', 'hasMore']);
  });
  await withSample({ ...small, lastCursor: 'null' }, async (other) => {
    expect((await ask(other, '/payments')).body).toMatchObject({ hasMore: false, nextCursor: null });
  });
});

test('a cursor is nothing a client could make, and must come back percent-encoded', async () => {
  const { nextCursor } = (await ask(sample, '/payments')).body;
  expect(nextCursor).toMatch(/^\+\/.*=$/);
  const forged = String(nextCursor).replace(
    /^(.{8})./,
    (_, start) => `${start}${String(nextCursor)[8] === 'A' ? 'B' : 'A'}`,
  );
  expect((await ask(sample, `/payments?cursor=${encodeURIComponent(forged)}`)).status).toBe(400);
  for (const cursor of [all[24]?.id, all[24]?.createdAt, '25', `${nextCursor}A`, nextCursor]) {
    expect((await ask(sample, `/payments?cursor=${cursor}`)).status).toBe(400);
  }
  expect((await ask(sample, `/payments?cursor=${encodeURIComponent(String(nextCursor))}`)).body.data[0]).toEqual(
    all[25],
  );
});

test('filtered by customerId, the list holds exactly that customer’s payments', async () => {
  for (const customerId of new Set(all.slice(0, 60).flatMap((payment) => payment.customerId ?? []))) {
    const own = ids(all.filter((payment) => payment.customerId === customerId));
    expect(await walk(sample, `/payments?customerId=${customerId}`, 2)).toEqual(own);
  }
  expect((await ask(sample, '/payments?customerId=cus_nobody')).body).toEqual({
    success: true,
    data: [],
    hasMore: false,
  });
});

test('one payment is had by its id, an unknown one is a 404 with the documented body', async () => {
  expect((await ask(sample, `/payments/${all[300]?.id}`)).body).toEqual({ success: true, data: all[300] });
  const { status, body } = await ask(sample, '/payments/pay_unknown');
  expect(status).toBe(404);
  expect(body).toMatchObject({ success: false });
  expect(Object.keys(body.error)).toEqual(['type', 'code', 'message', 'param', 'details', 'doc_url']);
});

test.each([
  ['limit=0', 'limit'],
  ['limit=101', 'limit'],
  ['limit=-1', 'limit'],
  ['limit=a', 'limit'],
  ['cursor=', 'cursor'],
  ['customerId=', 'customerId'],
])('%s is a validation error that names the parameter', async (query, param) => {
  const { status, body } = await ask(sample, `/payments?${query}`);
  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: 'validation_error', param, details: [{ field: param }] });
});

test('no key or an unknown key: 401; a key without permission: 403; another path or method: 404, 405', async () => {
  expect((await ask(sample, '/payments', {})).status).toBe(401);
  expect((await ask(sample, '/payments', { authorization: `Bearer ${sample.key}` })).status).toBe(401);
  expect((await ask(sample, '/invoices')).status).toBe(404);
  const origin = { ...sample, baseUrl: sample.baseUrl.replace('/api/v1', '') };
  expect((await ask(origin, '/payments')).status).toBe(404);
  const posted = await fetch(`${sample.baseUrl}/payments`, {
    method: 'POST',
    body: '{}',
    headers: { 'x-api-key': sample.key },
  });
  expect(posted.status).toBe(405);
  await withSample({ keys: [{ key: 'ck_none', permitted: false }] }, async (other) => {
    expect(await ask(other, '/payments')).toMatchObject({ status: 403, body: { success: false } });
  });
});

test('the key decides between live and sandbox payments, which are not the same ones', async () => {
  const sandbox = (await ask(sample, '/payments', { 'x-api-key': 'ck_sample_sandbox' })).body.data as Payment[];
  expect(new Set(all.map(({ livemode }) => livemode))).toEqual(new Set([true]));
  expect(new Set(sandbox.map(({ livemode }) => livemode))).toEqual(new Set([false]));
  expect(ids(sandbox).filter((id) => ids(all).includes(id))).toEqual([]);
});
