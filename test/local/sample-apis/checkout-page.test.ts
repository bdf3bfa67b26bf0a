import { type CheckoutPageOptions, startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { Payment, SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { ask, ids, walk } from './ask.ts';

const list = '/v1/payments/';
let sample: SampleApi;
let all: Payment[];

beforeAll(async () => {
  sample = await startCheckoutPage({ payments: 530 });
  all = [...sample.all()];
});
afterAll(() => sample.close());

async function withSample(
  options: Partial<CheckoutPageOptions>,
  use: (other: SampleApi) => Promise<void>,
): Promise<void> {
  const other = await startCheckoutPage({ payments: 30, ...options });
  try {
    await use(other);
  } finally {
    await other.close();
  }
}

test('a page holds 20 payments unless limit says otherwise, newest first, with the total of the list', async () => {
  const { status, body } = await ask(sample, list);
  expect(status).toBe(200);
  expect(body).toEqual({ has_more: true, total: 530, data: all.slice(0, 20) });
  expect((await ask(sample, '/v1/payments?limit=3')).body.data).toEqual(all.slice(0, 3));
});

test('the pages behind starting_after hold every payment once', async () => {
  expect(await walk(sample, list, 100)).toEqual(ids(all));
  expect(await walk(sample, list, 53)).toEqual(ids(all));
});

test('ending_before gives the page just before the payment, in the order of the list', async () => {
  const { body } = await ask(sample, `${list}?limit=10&ending_before=${all[15]?.id}`);
  expect(body).toEqual({ has_more: true, total: 530, data: all.slice(5, 15) });
  const head = await ask(sample, `${list}?limit=10&ending_before=${all[4]?.id}`);
  expect(head.body).toEqual({ has_more: false, total: 530, data: all.slice(0, 4) });
});

test('the last page says that no more follow', async () => {
  const { body } = await ask(sample, `${list}?starting_after=${all.at(-2)?.id}`);
  expect(body).toEqual({ has_more: false, total: 530, data: all.slice(-1) });
  expect((await ask(sample, `${list}?starting_after=${all.at(-1)?.id}`)).body.data).toEqual([]);
});

test.each(['status', 'pageId'])('filtered by %s, the list and its total hold exactly those payments', async (name) => {
  for (const value of new Set(all.map((payment) => payment[name]))) {
    const fitting = all.filter((payment) => payment[name] === value);
    expect(await walk(sample, `${list}?${name}=${value}`, 7)).toEqual(ids(fitting));
    expect((await ask(sample, `${list}?${name}=${value}`)).body.total).toBe(fitting.length);
  }
});

test('search finds payments by the whole e-mail address or order id', async () => {
  const email = all.find(({ customerEmail }) => customerEmail !== null)?.customerEmail;
  const found = await ask(sample, `${list}?search=${encodeURIComponent(String(email).toUpperCase())}`);
  expect(found.body.data).toEqual(all.filter(({ customerEmail }) => customerEmail === email));
  const byOrder = await ask(sample, `${list}?search=${all[77]?.orderId}`);
  expect(byOrder.body).toEqual({ has_more: false, total: 1, data: [all[77]] });
  expect((await ask(sample, `${list}?search=nobody`)).body).toEqual({ has_more: false, total: 0, data: [] });
});

test('filters hold together, and see what was edited', async () => {
  await withSample({}, async (other) => {
    const [first, second] = [...other.all()];
    other.edit(String(first?.id), { status: 'draft', pageId: 'f'.repeat(24), customerEmail: 'Edited@Example.com' });
    const wanted = `${list}?status=draft&pageId=${'f'.repeat(24)}&search=edited@example.com`;
    expect(ids((await ask(other, wanted)).body.data)).toEqual([first?.id]);
    other.edit(String(second?.id), { status: 'draft', pageId: 'f'.repeat(24), customerEmail: 'edited@example.com' });
    expect((await ask(other, wanted)).body.total).toBe(2);
    other.edit(String(second?.id), { orderId: 'ord_edited' });
    expect(ids((await ask(other, `${list}?search=ord_edited`)).body.data)).toEqual([second?.id]);
  });
});

test.each([
  ['limit=0', 'limit must be an integer from 1 to 100'],
  ['limit=101', 'limit must be an integer from 1 to 100'],
  ['limit=ten', 'limit must be an integer from 1 to 100'],
  ['limit=1.5', 'limit must be an integer from 1 to 100'],
  ['starting_after=abc', 'starting_after must be 24 hexadecimal digits'],
  ['ending_before=', 'ending_before must be 24 hexadecimal digits'],
  ['pageId=xyz', 'pageId must be 24 hexadecimal digits'],
  ['status=settled', 'status must be one of the documented statuses'],
  [
    `starting_after=${'a'.repeat(24)}&ending_before=${'a'.repeat(24)}`,
    'starting_after and ending_before exclude each other',
  ],
])('%s is a bad request', async (query, message) => {
  const { status, body } = await ask(sample, `${list}?${query}`);
  expect([status, body]).toEqual([400, { error: { code: 'bad_request', message } }]);
});

test('no key, an unknown key, a key in another header: 401; a key without permission: 403; another path: 404', async () => {
  for (const headers of [{}, { authorization: 'Bearer other' }, { 'x-api-key': sample.key }]) {
    const { status, body } = await ask(sample, list, headers as Record<string, string>);
    expect([status, body.error.code]).toEqual([401, 'unauthorized']);
  }
  await withSample({ keys: [{ key: 'k', permitted: false }] }, async (other) => {
    expect(await ask(other, list)).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
  });
  expect(await ask(sample, '/v1/orders/')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
});

test('a cursor whose payment is gone does what the option says', async () => {
  const expected = { 400: 400, 404: 404, 'empty page': [], 'from the start': [0, 1], 'go on': [3, 4] } as const;
  for (const [unknownCursor, answer] of Object.entries(expected)) {
    const option = (/^\d+$/.test(unknownCursor) ? Number(unknownCursor) : unknownCursor) as 'go on';
    await withSample({ unknownCursor: option }, async (other) => {
      const before = ids([...other.all()]);
      other.remove(String(before[2]));
      const left = before.filter((_, place) => place !== 2);
      const { status, body } = await ask(other, `${list}?limit=2&starting_after=${before[2]}`);
      if (typeof answer === 'number') expect(status).toBe(answer);
      else expect(ids(body.data)).toEqual(answer.map((place) => before[place]));
      expect(await walk(other, list, 4)).toEqual(left);
    });
  }
});

test('each store has payments of its own, keys of one store see the same ones', async () => {
  const [a, b] = ['a'.repeat(24), 'b'.repeat(24)];
  const keys = [
    { key: 'a1', sellerId: a },
    { key: 'a2', sellerId: a },
    { key: 'b1', sellerId: b, payments: 5 },
  ];
  await withSample({ keys }, async (other) => {
    const seen = async (key: string) => (await ask(other, list, { authorization: `Bearer ${key}` })).body;
    const [a1, a2, b1] = [await seen('a1'), await seen('a2'), await seen('b1')];
    expect(a2).toEqual(a1);
    expect([a1.data[0]?.sellerId, b1.data[0]?.sellerId]).toEqual([a, b]);
    expect([a1.total, b1.total]).toEqual([30, 5]);
    expect(ids(b1.data).filter((id) => ids(a1.data).includes(id))).toEqual([]);
  });
});
