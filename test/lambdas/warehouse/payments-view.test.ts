import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { paymentsView } from '../../../lambdas/warehouse/payments-view.ts';
import { openLakeQuery } from '../../../local/lake-query.ts';
import {
  april,
  bothInstances,
  checkoutPageInstance,
  commetInstance,
  emptyFolder,
  march,
  writeFile,
} from '../../support/lake-builder.ts';

const names = [
  ...['source', 'instance', 'payment_id', 'customer_id', 'status', 'currency', 'amount_total', 'tax_amount'],
  ...['livemode', 'created_at', 'updated_at', '_deleted_at', 'month'],
];
const types = [
  ...['VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR', 'BIGINT', 'BIGINT'],
  ...['BOOLEAN', 'TIMESTAMP', 'TIMESTAMP', 'TIMESTAMP', 'VARCHAR'],
];

test('payments of all instances stand in one shape, each under its own source and instance', async () => {
  const dir = emptyFolder();
  const second = { name: 'second_store', source: checkoutPage };
  const same = { customer_id: 'c', status: 'paid', currency: 'eur', tax_amount: 19, livemode: true, updated_at: april };
  await writeFile(dir, commetInstance, 'payments', 'l1', [{ payment_id: 'a', amount_total: 119, ...same }]);
  await writeFile(dir, checkoutPageInstance, 'payments', 'l1', [
    { payment_id: 'b', amount: 9007199254740991, _deleted_at: march, ...same },
  ]);
  await writeFile(dir, second, 'payments', 'l1', [{ payment_id: 'b', amount: -5, ...same }]);
  const lake = await openLakeQuery(dir, [...bothInstances, second]);
  const { columns, rows } = await lake.run('SELECT * FROM payments ORDER BY instance DESC');
  lake.close();
  expect(columns).toEqual(names.map((name, index) => ({ name, type: types[index] })));
  const [at, changed] = ['2026-03-10 12:00:00.000', '2026-04-10 12:00:00.000'];
  expect(rows).toEqual([
    ['checkout_page', 'second_store', 'b', 'c', 'paid', 'eur', -5n, 19n, true, at, changed, null, '2026-03'],
    ['commet', 'commet', 'a', 'c', 'paid', 'eur', 119n, 19n, true, at, changed, null, '2026-03'],
    [
      'checkout_page',
      'checkout_page',
      'b',
      'c',
      'paid',
      'eur',
      9007199254740991n,
      19n,
      true,
      at,
      changed,
      at,
      '2026-03',
    ],
  ]);
});

test('without an instance it has every column, typed, and no row', async () => {
  const lake = await openLakeQuery(emptyFolder(), []);
  const answer = await lake.run('SELECT * FROM payments');
  lake.close();
  expect(answer).toEqual({ columns: names.map((name, index) => ({ name, type: types[index] })), rows: [] });
});

test('each engine is told the types in its own words', () => {
  expect(paymentsView([], 'trino').sql).toContain('CAST(NULL AS timestamp(3)) AS "created_at"');
  expect(paymentsView([], 'duckdb').sql).toContain('CAST(NULL AS TIMESTAMP) AS "created_at"');
});

test('the columns it declares are the columns it selects', () => {
  expect(paymentsView(bothInstances, 'trino').columns.map(({ name }) => name)).toEqual(names);
});
