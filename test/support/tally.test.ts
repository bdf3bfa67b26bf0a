import { commetInstance, tableOf } from './lake-builder.ts';
import { expectSamePayments, recordsOf } from './lake-records.ts';
import { noTally } from './tally.ts';

const payments = tableOf(commetInstance, 'payments');
const row = (id: string) => payments.columns.map(({ name }) => (name === 'payment_id' ? id : null));

test('a comparison that fails has counted what was lost and what differs', () => {
  const tally = noTally();
  const records = new Map([
    ['pay_1', { id: 'pay_1', amount: 1 }],
    ['pay_2', { id: 'pay_2', amount: 2 }],
  ]);
  const listed = [...records.values(), { id: 'pay_3', amount: 3 }].map((payment) =>
    payment.id === 'pay_2' ? { ...payment, amount: 20 } : payment,
  );
  expect(() => expectSamePayments(commetInstance, records, listed, tally)).toThrow('pay_3');
  expect(tally).toEqual({ compared: 3, lost: 1, doubled: 0, differing: 1 });
});

test('a payment that stands in a view twice is counted as doubled', async () => {
  const tally = noTally();
  const rows = [row('pay_1'), row('pay_2'), row('pay_1')];
  const read = recordsOf(commetInstance, async (table) => (table === payments ? rows : []), tally);
  await expect(read).rejects.toThrow('payment pay_1 stands in the current view twice');
  expect(tally).toEqual({ compared: 0, lost: 0, doubled: 1, differing: 0 });
});
