import { copyFileSync } from 'node:fs';
import { lineItemsView } from '../../../lambdas/warehouse/line-items-view.ts';
import { taxLinesView } from '../../../lambdas/warehouse/tax-lines-view.ts';
import {
  answerOf,
  bothInstances,
  checkoutPageInstance,
  commetInstance,
  emptyFolder,
  march,
  marketStallInstance,
  writeFile,
} from '../../support/lake-builder.ts';

const all = [...bothInstances, marketStallInstance];
const at = '2026-03-10 12:00:00.000';

async function stored(livemode: boolean | null): Promise<string> {
  const dir = emptyFolder();
  const page = (table: string, ...rows: Parameters<typeof writeFile>[4]) =>
    writeFile(dir, checkoutPageInstance, table, 'l1', rows);
  const product = { product_id: 'p', sku: 's', quantity: 3, product_price: 500, setup_fee: 10 };
  const files = [
    await page(
      'payments',
      { payment_id: 'a', currency: 'kwd', livemode, ...product },
      { payment_id: 'bare', livemode },
    ),
    await page(
      'tax_breakdown',
      {
        ...{ payment_id: 'a', position: 0, tax_type: 'vat', taxable_amount: 1000, tax_amount: 190 },
        ...{ tax_rate_details_country: 'DE', tax_rate_details_percentage_decimal: 19 },
      },
      { payment_id: 'a', position: 1, tax_amount: 5 },
    ),
    await page('fees', { payment_id: 'a', name: 'Rush', amount: 7 }),
    await page('variant_options', {
      ...{ payment_id: 'a', variant_position: 2, position: 1, option_id: 'o', option_name: 'Red', sku: 'r' },
      ...{ quantity: 1, additional_charge_amount: 40 },
    }),
    await writeFile(dir, marketStallInstance, 'payments', 'l1', [
      { payment_id: 'm', sum_currency: 'JPY', is_live: livemode, times_made: march },
    ]),
    await writeFile(dir, marketStallInstance, 'lines', 'l1', [{ payment_id: 'm', sku: 'x', price_each: 250 }]),
    await writeFile(dir, commetInstance, 'payments', 'l1', [{ payment_id: 'c', livemode, tax_amount: 9 }]),
  ];
  for (const file of files) copyFileSync(file, file.replace('.parquet', '-again.parquet'));
  return dir;
}

test('tax lines of live payments have their payment’s currency, each once with any file present twice', async () => {
  const { columns, rows } = await answerOf(await stored(true), all, 'SELECT * FROM tax_lines ORDER BY position');
  expect(columns.map(({ name }) => name)).toEqual(taxLinesView([], 'duckdb').columns.map(({ name }) => name));
  const page = ['checkout_page', 'checkout_page', 'a', at];
  expect(rows).toEqual([
    [...page, 0n, 'vat', 'DE', null, 19, 1000n, 190n, '1.0000', '0.1900', 'KWD', true, '2026-03'],
    [...page, 1n, null, null, null, null, null, 5n, null, '0.0050', 'KWD', true, '2026-03'],
  ]);
});

test('line items are what the sources name: products, setup fees, options and fees, whatever table they lie in', async () => {
  const { columns, rows } = await answerOf(await stored(true), all, 'SELECT * FROM line_items ORDER BY instance, kind');
  expect(columns.map(({ name }) => name)).toEqual(lineItemsView([], 'duckdb').columns.map(({ name }) => name));
  const page = ['checkout_page', 'checkout_page', 'a', at];
  const kwd = ['KWD', true, '2026-03'];
  expect(rows).toEqual([
    [...page, 'fee', null, 0n, null, 'Rush', null, null, 7n, '0.0070', ...kwd],
    [...page, 'option', 2n, 1n, 'o', 'Red', 'r', 1n, 40n, '0.0400', ...kwd],
    [...page, 'product', null, 0n, 'p', null, 's', 3n, 500n, '0.5000', ...kwd],
    [...page, 'setup_fee', null, 0n, null, null, null, null, 10n, '0.0100', ...kwd],
    [
      ...['market_stall', 'market_stall', 'm', at, 'line', null, 0n, null, null, 'x', null, 250n],
      ...['250.0000', 'JPY', true, '2026-03'],
    ],
  ]);
});

test.each([false, null])('lines of payments whose livemode is %p are not there', async (livemode) => {
  const dir = await stored(livemode);
  for (const view of ['tax_lines', 'line_items']) {
    expect((await answerOf(dir, all, `SELECT * FROM ${view}`)).rows).toEqual([]);
  }
});
