import { instant, json, money, text } from '../../../lambdas/sources/column.ts';
import { columnName, each, entries, layOut, record, values } from '../../../lambdas/sources/table.ts';

test.each([
  ['id', 'id'],
  ['taxAmount', 'tax_amount'],
  ['billing.address.postalCode', 'billing_address_postal_code'],
  ['paymentMethod.exp_month', 'payment_method_exp_month'],
  ['address.line1', 'address_line1'],
  ['line2Extra', 'line2_extra'],
  ['orderID', 'order_id'],
  ['URL', 'url'],
])('the column of %s is %s', (path, name) => {
  expect(columnName(path)).toBe(name);
});

const names = (table: ReturnType<typeof layOut>): string[] => table.columns.map(({ name }) => name);

const added = ['_extra', '_load_id', '_loaded_at'];

test('a payment has its id as payment_id, and what orders its versions', () => {
  const table = layOut('payments', record('Payments.', { id: text('Id.'), 'tax.amount': money('Tax.') }));
  expect(names(table)).toEqual([
    ...['payment_id', 'tax_amount', ...added],
    ...['_hash', '_version_at', '_deleted_at', '_superseded_at'],
  ]);
  expect(table.rowKey).toEqual([]);
});

test('a child row is told from the others of its payment by its positions, or by its key', () => {
  const lines = layOut('lines', each('lines', 'Lines.', { id: text('Id of the line.') }));
  expect(names(lines)).toEqual(['payment_id', 'payment_created_at', 'position', 'id', ...added]);
  const dates = layOut('dates', values('lines[].dates', 'Dates.', 'day', instant('The day.'), 'line'));
  expect(names(dates)).toEqual([...['payment_id', 'payment_created_at', 'line_position', 'position', 'day', ...added]]);
  const notes = layOut('notes', entries('lines[].notes', 'Notes.', text('Key.'), json('Note.'), 'line'));
  expect(names(notes)).toEqual([...['payment_id', 'payment_created_at', 'line_position', 'key', 'value', ...added]]);
  expect([lines, dates, notes].map(({ rowKey }) => rowKey)).toEqual([
    ['position'],
    ['line_position', 'position'],
    ['line_position', 'key'],
  ]);
});
