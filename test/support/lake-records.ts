import type { Row } from '../../lambdas/sources/row.ts';
import type { Table } from '../../lambdas/sources/table.ts';
import { restoreRecord } from '../../lambdas/transform/restore.ts';
import { type Instance, tableName } from '../../lambdas/warehouse/instance.ts';
import { type LakeQuery, openLakeQuery } from '../../local/lake-query.ts';
import type { Payment, SampleApi } from '../../local/sample-apis/sample-api.ts';
import { comparable } from './same-record.ts';

/** Every payment the current views show, as a record again, by id. @throws if one stands there twice */
export async function lakeRecords(dir: string, instance: Instance): Promise<Map<string, unknown>> {
  const lake = await openLakeQuery(dir, [instance]);
  try {
    const { source } = instance;
    const byPayment = new Map<string, Row[][]>();
    for (const [number, table] of source.tables.entries()) {
      for (const row of await currentRows(lake, instance, table)) {
        const id = String(row[table.columns.findIndex(({ name }) => name === 'payment_id')]);
        const rows = byPayment.get(id) ?? source.tables.map(() => []);
        if (number === 0 && byPayment.has(id)) throw new Error(`payment ${id} stands in the current view twice`);
        if (number > 0 && !byPayment.has(id)) throw new Error(`${table.name}: payment ${id} has children and no row`);
        byPayment.set(id, rows);
        rows[number]?.push(row);
      }
    }
    return new Map([...byPayment].map(([id, rows]) => [id, restoreRecord(source, rows)]));
  } finally {
    lake.close();
  }
}

/** As one JSON text a row, which DuckDB makes much faster than it hands over single values. */
async function currentRows(lake: LakeQuery, instance: Instance, table: Table): Promise<Row[]> {
  const columns = table.columns.map(({ name, type }) => {
    if (name === '_hash') return `CAST("${name}" AS VARCHAR)`;
    return type === 'instant' ? `epoch_ms("${name}")` : `"${name}"`;
  });
  const order = ['payment_id', ...table.rowKey].map((name) => `"${name}"`);
  const sql = `SELECT json_array(${columns.join(', ')}) FROM ${tableName(instance, table)} ORDER BY ${order.join(', ')}`;
  const { rows } = await lake.run(sql);
  return rows.map(([row]) => JSON.parse(String(row)) as Row);
}

/** The current views hold exactly these payments, each once, equal field by field. */
export async function expectLakeHolds(dir: string, instance: Instance, payments: Iterable<Payment>): Promise<void> {
  const held = await lakeRecords(dir, instance);
  const wanted = new Map([...payments].map((payment) => [payment.id as string, payment]));
  expect({ lake: held.size, missing: [...wanted.keys()].filter((id) => !held.has(id)).slice(0, 5) }).toEqual({
    lake: wanted.size,
    missing: [],
  });
  for (const [id, payment] of wanted) {
    const [got, expected] = [held.get(id), payment].map((record) => comparable(instance.source, record));
    // Compared as text first: twenty thousand calls of toEqual take their time.
    if (JSON.stringify(got) !== JSON.stringify(expected)) expect({ id, record: got }).toEqual({ id, record: expected });
  }
}

export const expectLakeEquals = (dir: string, instance: Instance, api: SampleApi): Promise<void> =>
  expectLakeHolds(dir, instance, api.all());
