/**
 * What compaction costs: `npm run bench:compact -- [PAYMENTS]` folds one month of Checkout Page payments, 200,000 unless
 * said otherwise, as a backfill leaves them: files of 3,000 rows that follow each other in time, and 30 nightlies' small
 * files over them. Prints CPU a row and the peak of memory, of this process alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hyparquetEncoder } from '../lambdas/load/parquet-hyparquet.ts';
import { checkoutPage } from '../lambdas/sources/checkout-page.ts';
import type { Row } from '../lambdas/sources/row.ts';
import { compactMonth } from '../lambdas/upkeep/compact-month.ts';
import { defaultCompactSettings } from '../lambdas/upkeep/compact-settings.ts';
import { fileKey } from '../lambdas/warehouse/keys.ts';
import { folderStore } from '../local/folder-store.ts';
import { openLake } from '../local/lake.ts';
import { checkoutPageRows } from './parquet-rows.ts';

const rowsEach = 3_000;
const nightlies = 30;
const month = '2026-03';

const table = checkoutPage.payments;
const at = (name: string) => table.columns.findIndex((column) => column.name === name);

async function writeMonth(dir: string, payments: number): Promise<void> {
  const store = folderStore(dir);
  const put = async (load: number, rows: readonly Row[]) => {
    const loadId = `019d0000-0000-7000-8000-000000000000-${String(load).padStart(6, '0')}-00000001-00`;
    const own = rows.map((row) => row.with(at('_load_id'), loadId));
    await store.putNew(fileKey('checkout_page_payments', month, loadId), await hyparquetEncoder.encode(table, own, {}));
  };
  // The same payments again and again, later each time: making each of its own would take longer than what is measured.
  const [some = []] = [checkoutPageRows(rowsEach).get(table)];
  const first = Date.UTC(2026, 2, 1);
  const apart = (30 * 24 * 60 * 60_000) / payments;
  const shifted = (row: Row, payment: number) =>
    row
      .with(at('created_at'), Math.floor(first + payment * apart))
      .with(at('payment_id'), `${String(row[at('payment_id')]).slice(0, 16)}${String(payment).padStart(8, '0')}`);
  let load = 0;
  for (let from = 0; from < payments; from += rowsEach) {
    const rows = some.slice(0, Math.min(rowsEach, payments - from)).map((row, index) => shifted(row, from + index));
    await put(load++, rows);
  }
  const changed = Math.min(rowsEach, Math.floor(payments / 200));
  for (let night = 0; night < nightlies; night++) {
    const step = Math.floor(payments / changed);
    await put(
      load++,
      some.slice(0, changed).map((row, index) => shifted(row, index * step + (night % step))),
    );
  }
}

const payments = Number(process.argv[2] ?? 200_000);
const filled = process.argv[3];
if (filled === undefined) {
  const { execFileSync } = await import('node:child_process');
  const dir = mkdtempSync(join(tmpdir(), 'payments-lake-compact-'));
  try {
    await writeMonth(dir, payments);
    // In a process of its own: this one has made the rows.
    const again = [...process.execArgv, process.argv[1] as string, String(payments), dir];
    process.stdout.write(execFileSync(process.execPath, again));
  } finally {
    rmSync(dir, { recursive: true });
  }
} else {
  const lake = await openLake(filled, 'compact', [{ name: 'checkout_page', source: checkoutPage }], [checkoutPage]);
  const before = process.cpuUsage();
  const begun = performance.now();
  const summary = await compactMonth(
    {
      store: folderStore(filled),
      checkpoints: lake.checkpoints,
      settings: defaultCompactSettings,
      now: Date.now,
      leasing: 'alone',
      log: () => {},
    },
    { table: { name: 'checkout_page_payments', table }, month },
  );
  const { user, system } = process.cpuUsage(before);
  const { filesBefore, filesAfter, bytesBefore, bytesAfter, rows, mostRowsInHand } = summary;
  const figure = (value: number, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });
  console.log(
    `${figure(rows)} rows of ${table.columns.length} columns: ${figure(filesBefore)} files, ${figure(bytesBefore / 1e6, 1)} MB → ${filesAfter}, ${figure(bytesAfter / 1e6, 1)} MB`,
  );
  console.log(
    `${figure((user + system) / rows, 1)} µs CPU a row, ${figure((performance.now() - begun) / 1000, 1)} s; at most ${figure(mostRowsInHand)} rows in hand, peak ${figure(process.resourceUsage().maxRSS / 1024)} MB`,
  );
  await lake.close();
}
