import { checkoutPageInstance, commetInstance, emptyFolder, writeFile } from '../../support/lake-builder.ts';
import { scannedRows } from '../../support/scanned-rows.ts';

const sold = { status: 'paid', product_id: 'p', setup_fee: 1 };
const instances = [checkoutPageInstance, commetInstance];

describe('of files in 6 months and two instances, a filter of one month reads', () => {
  const dir = emptyFolder();
  beforeAll(async () => {
    for (let month = 0; month < 6; month++) {
      const created = Date.UTC(2025, month, 15);
      const ids = Array.from({ length: 10 }, (_, index) => `p${month}_${index}`);
      const payments = ids.map((id) => ({ payment_id: id, created_at: created, livemode: true, ...sold }));
      for (const instance of instances) await writeFile(dir, instance, 'payments', 'l1', payments);
      const lines = ids.map((id) => ({ payment_id: id, payment_created_at: created }));
      for (const table of ['tax_breakdown', 'variant_options', 'fees']) {
        await writeFile(dir, checkoutPageInstance, table, 'l1', lines);
      }
    }
  });

  const inMay = (column: string) => `${column} >= TIMESTAMP '2025-05-01' AND ${column} < TIMESTAMP '2025-06-01'`;

  test.each([
    ['payments, by month', `SELECT max(status) FROM payments WHERE month = '2025-05'`],
    ['payments, by created_at', `SELECT sum(amount_total_major) FROM payments WHERE ${inMay('created_at')}`],
    ['payments_all, by created_at', `SELECT max(status) FROM payments_all WHERE ${inMay('created_at')}`],
    ['payments, refunds of history and all', `SELECT * FROM payments WHERE ${inMay('created_at')}`],
    ['tax_lines and their payments, by month', `SELECT max(tax_amount) FROM tax_lines WHERE month = '2025-05'`],
    [
      'tax_lines and their payments, by payment_created_at',
      `SELECT max(tax_amount) FROM tax_lines WHERE ${inMay('payment_created_at')}`,
    ],
    ['line_items and their payments, by month', `SELECT max(amount) FROM line_items WHERE month = '2025-05'`],
    [
      'line_items and their payments, by payment_created_at',
      `SELECT max(amount) FROM line_items WHERE ${inMay('payment_created_at')}`,
    ],
  ])('%s', async (_, sql) => {
    // How many scans there are is DuckDB's to say: it reads once what two branches want.
    const scans = await scannedRows(dir, instances, sql);
    expect(scans.length).toBeGreaterThan(1);
    expect(new Set(scans)).toEqual(new Set([10]));
  });

  test('everything, when it is on neither', async () => {
    const sql = `SELECT max(amount_total) FROM payments WHERE customer_id IS NULL`;
    expect(await scannedRows(dir, instances, sql)).toEqual([60, 60]);
  });
});
