import type { ParquetEncoder } from '../lambdas/load/parquet.ts';
import { hyparquetEncoder } from '../lambdas/load/parquet-hyparquet.ts';
import { parquetjsEncoder } from '../lambdas/load/parquet-parquetjs.ts';
import { checkoutPageRows } from './parquet-rows.ts';

/** Prints what the Parquet files of Checkout Page payments cost: CPU per payment, child rows and compression included. */
const repeats = { hyparquet: 5, parquetjs: 1 };

for (const payments of [1_000, 5_000, 10_000]) {
  const tables = checkoutPageRows(payments);
  const rows = [...tables.values()].reduce((sum, of) => sum + of.length, 0);
  for (const encoder of [hyparquetEncoder, parquetjsEncoder]) {
    let best = Number.POSITIVE_INFINITY;
    let bytes = 0;
    for (let run = 0; run < repeats[encoder.name]; run++) {
      const before = process.cpuUsage();
      bytes = await encodeAll(encoder, tables);
      const { user, system } = process.cpuUsage(before);
      best = Math.min(best, user + system);
    }
    console.log(
      `${encoder.name.padEnd(10)} ${String(payments).padStart(6)} payments (${rows} rows): ` +
        `${(best / payments).toFixed(1)} µs CPU and ${(bytes / payments).toFixed(0)} bytes a payment`,
    );
  }
}

async function encodeAll(encoder: ParquetEncoder, tables: ReturnType<typeof checkoutPageRows>): Promise<number> {
  let bytes = 0;
  for (const [table, rows] of tables) bytes += (await encoder.encode(table, rows, { source: 'bench' })).length;
  return bytes;
}
