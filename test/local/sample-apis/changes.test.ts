import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { ask, ids, walk } from './ask.ts';

const list = '/v1/payments/';
let clock: number;
let sample: SampleApi;

beforeEach(async () => {
  clock = Date.UTC(2026, 6, 1);
  sample = await startCheckoutPage({ payments: 400, now: () => clock });
});
afterEach(() => sample.close());

test('added payments stand at the head, created now, and change no other', async () => {
  const before = [...sample.all()];
  const added = [...sample.addPayments(3)];
  clock += 60_000;
  added.push(...sample.addPayments(2));
  const after = [...sample.all()];
  expect(ids(after.slice(0, 5))).toEqual(added.reverse());
  expect(after.slice(5)).toEqual(before);
  expect(after[0]?.createdAt).toBe('2026-07-01T00:01:00.000Z');
  expect(after[4]?.createdAt).toBe('2026-07-01T00:00:00.000Z');
  expect(sample.total).toBe(405);
  expect((await ask(sample, list)).body.total).toBe(405);
  expect(await walk(sample, list, 50)).toEqual(ids(after));
});

test('a clock behind the newest payment still adds at the head', () => {
  clock = Date.UTC(2020, 0, 1);
  const [added] = sample.addPayments(1);
  const [first, second] = [...sample.all()];
  expect([first?.id, first?.createdAt]).toEqual([added, second?.createdAt]);
});

test('changed statuses are those of the newest payments that fit, with all that follows from the status', async () => {
  const paid = [...sample.all()].filter(({ status }) => status === 'paid');
  const changed = sample.changeStatuses(12);
  expect(changed).toEqual(ids(paid.slice(0, 12)));
  const refunded = sample.byId(String(changed[0]));
  expect(refunded).toMatchObject({ status: 'refunded', updatedAt: '2026-07-01T00:00:00.000Z' });
  expect(refunded?.transactionIds).toHaveLength(2);
  const { status: _s, updatedAt: _u, transactionIds: _t, ...rest } = paid[0] ?? {};
  expect(refunded).toMatchObject(rest);
  const { total } = (await ask(sample, `${list}?status=paid`)).body;
  expect(total).toBe(paid.length - 12);
});

test('a status can change without updatedAt, or with one in the future', () => {
  const [still] = sample.changeStatuses(1, { from: 'paid', to: 'partial_refund', moveUpdatedAt: false });
  const [ahead] = sample.changeStatuses(1, { updatedAt: new Date('2031-01-01T00:00:00Z') });
  const untouched = sample.byId(String(still));
  expect(untouched?.status).toBe('partial_refund');
  expect(Date.parse(String(untouched?.updatedAt))).toBeLessThan(clock);
  expect(sample.byId(String(ahead))).toMatchObject({ status: 'refunded', updatedAt: '2031-01-01T00:00:00.000Z' });
});

test('changes keep to the days asked for, and too few that fit change nothing', () => {
  const newest = Date.parse(String(sample.record(399)?.createdAt));
  const days = (id: string) => (newest - Date.parse(String(sample.byId(id)?.createdAt))) / 86_400_000;
  const changed = sample.changeStatuses(5, { olderThanDays: 30, withinDays: 60 });
  expect(changed.every((id) => days(id) > 30 && days(id) <= 60)).toBe(true);
  const before = [...sample.all()];
  expect(() => sample.changeStatuses(300, { withinDays: 45 })).toThrow(/300 payments of status paid .* fit/);
  expect([...sample.all()]).toEqual(before);
});

test('an edit changes, adds and takes away keys, and nothing else', async () => {
  const before = sample.record(10);
  const id = String(before?.id);
  sample.edit(id, { sku: 'NEW', coupon: undefined, unknownToAll: { a: [null] } });
  const { coupon: _coupon, ...rest } = before ?? {};
  expect(sample.byId(id)).toStrictEqual({ ...rest, sku: 'NEW', unknownToAll: { a: [null] } });
  const listed = (await ask(sample, `${list}?ending_before=${sample.record(9)?.id}&limit=1`)).body.data[0];
  expect(listed).toEqual(sample.byId(id));
});

test('a status change after an edit keeps the edit', () => {
  const [id = ''] = ids([...sample.all()].filter(({ status }) => status === 'paid'));
  sample.edit(id, { sku: 'KEPT', updatedAt: '2020-01-01T00:00:00.000Z' });
  expect(sample.changeStatuses(1)).toEqual([id]);
  expect(sample.byId(id)).toMatchObject({ sku: 'KEPT', status: 'refunded', updatedAt: '2026-07-01T00:00:00.000Z' });
});

test('a removed payment is gone from the list, its total and its filters, and cannot be changed', async () => {
  const payment = sample.record(200);
  const id = String(payment?.id);
  const status = `${list}?status=${payment?.status}`;
  const { total } = (await ask(sample, status)).body;
  sample.remove(id);
  expect([sample.byId(id), sample.record(200), sample.total]).toEqual([undefined, undefined, 399]);
  expect((await ask(sample, status)).body.total).toBe(Number(total) - 1);
  expect(await walk(sample, list, 100)).not.toContain(id);
  expect(() => sample.edit(id, {})).toThrow(RangeError);
  expect(() => sample.remove('0'.repeat(24))).toThrow(RangeError);
});

test('Commet: payments come and go while the list is read, and the others are seen once', async () => {
  const commet = await startCommet({ payments: 30, order: 'shuffled', now: () => clock });
  const headers = { 'x-api-key': commet.key };
  const first = (await ask(commet, '/payments?limit=10', headers)).body;
  const cursor = `/payments?limit=100&cursor=${encodeURIComponent(String(first.nextCursor))}`;
  const added = commet.addPayments(4);
  commet.remove(String(first.data[9]?.id));
  const rest = ids((await ask(commet, cursor)).body.data);
  expect(rest.length).toBe(24);
  expect(rest.slice(-4)).toEqual(added);
  expect(rest.filter((id) => ids(first.data).includes(id))).toEqual([]);
  expect(commet.changeStatuses(1).map((id) => commet.byId(id)?.status)).toEqual(['canceled']);
  await commet.close();
});

test('ten million payments start at once, take no memory each, and the last page answers', async () => {
  const before = process.memoryUsage().heapUsed;
  const payments = 10_000_000;
  for (const start of [startCheckoutPage, startCommet]) {
    const large = await start({ payments });
    expect(large.total).toBe(payments);
    expect(Object.keys(large.record(payments - 1) ?? {}).length).toBeGreaterThan(10);
    if (start === startCheckoutPage) {
      const { body } = await ask(large, `${list}?starting_after=${large.record(3)?.id}`);
      const oldest = [2, 1, 0].map((index) => large.record(index));
      expect(body).toEqual({ has_more: false, total: payments, data: oldest });
    } else {
      expect((await ask(large, `/payments/${large.record(0)?.id}`)).body.data).toEqual(large.record(0));
    }
    await large.close();
  }
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 * 2 ** 20);
});
