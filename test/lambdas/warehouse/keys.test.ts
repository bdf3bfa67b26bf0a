import { fileKey, firstMonth, lastMonth, monthOf, monthPrefix, tablePrefix } from '../../../lambdas/warehouse/keys.ts';

test('the projected range is 2015-01 to 2035-12', () => {
  expect([firstMonth, lastMonth]).toEqual(['2015-01', '2035-12']);
});

test.each([
  ['the first moment of a month', Date.UTC(2026, 2, 1), '2026-03'],
  ['the last millisecond of a month', Date.UTC(2026, 2, 1) - 1, '2026-02'],
  ['a month of two digits', Date.UTC(2026, 10, 30), '2026-11'],
  ['the first moment of the range', Date.UTC(2015, 0, 1), '2015-01'],
  ['the last moment of the range', Date.UTC(2036, 0, 1) - 1, '2035-12'],
])('%s is filed under its own month in UTC', (_, createdAt, month) => {
  expect(monthOf(createdAt)).toBe(month);
});

test.each([
  ['none', null],
  ['the moment before the range', Date.UTC(2015, 0, 1) - 1],
  ['the moment after the range', Date.UTC(2036, 0, 1)],
  ['1970', 0],
  ['the year 900', Date.UTC(900, 5, 1)],
  ['the year 20260', Date.UTC(20260, 5, 1)],
  ['a year before Christ', Date.UTC(-44, 2, 15)],
  ['beyond what a Date can hold', 9e15],
  ['not a number', Number.NaN],
])('created_at %s is filed under the first month', (_, createdAt) => {
  expect(monthOf(createdAt)).toBe('2015-01');
});

test('a file lies under its table and month, named by its load', () => {
  expect(fileKey('commet_payments', '2026-03', '0193-000001-01')).toBe(
    'warehouse/commet_payments/month=2026-03/0193-000001-01.parquet',
  );
  expect(monthPrefix('commet_payments', '2026-03')).toBe('warehouse/commet_payments/month=2026-03/');
  expect(tablePrefix('commet_payments')).toBe('warehouse/commet_payments/');
});
