import type { Row } from '../../lambdas/sources/row.ts';
import type { Table } from '../../lambdas/sources/table.ts';
import { restoreRecord } from '../../lambdas/transform/restore.ts';
import { type Instance, tableName } from '../../lambdas/warehouse/instance.ts';
import type { LakeQuery } from '../../local/lake-query.ts';
import type { Payment, SampleApi } from '../../local/sample-apis/sample-api.ts';
import { comparable } from './same-record.ts';
import { noTally, type Tally } from './tally.ts';

/** The rows a current view shows, in order of payment and position or key. */
export type CurrentRows = (table: Table) => Promise<readonly Row[]>;

/** Every payment the current views show, as a record again, by id. @throws if one stands there twice */
export async function recordsOf(
  { source }: Instance,
  currentRows: CurrentRows,
  tally = noTally(),
): Promise<Map<string, unknown>> {
  const byPayment = new Map<string, Row[][]>();
  const doubled: string[] = [];
  for (const [number, table] of source.tables.entries()) {
    const idColumn = table.columns.findIndex(({ name }) => name === 'payment_id');
    for (const row of await currentRows(table)) {
      const id = String(row[idColumn]);
      const rows = byPayment.get(id) ?? source.tables.map(() => []);
      if (number === 0 && byPayment.has(id)) doubled.push(id);
      if (number > 0 && !byPayment.has(id)) throw new Error(`${table.name}: payment ${id} has children and no row`);
      byPayment.set(id, rows);
      rows[number]?.push(row);
    }
    if (number > 0 || doubled.length === 0) continue;
    tally.doubled += doubled.length;
    throw new Error(`payment ${doubled.slice(0, 5)} stands in the current view twice`);
  }
  return new Map([...byPayment].map(([id, rows]) => [id, restoreRecord(source, rows)]));
}

/** As one JSON text a row, which DuckDB makes much faster than it hands over single values. */
const throughDuckDb =
  (lake: LakeQuery, instance: Instance): CurrentRows =>
  async (table) => {
    const columns = table.columns.map(({ name, type }) => {
      if (name === '_hash') return `CAST("${name}" AS VARCHAR)`;
      return type === 'instant' ? `epoch_ms("${name}")` : `"${name}"`;
    });
    const order = ['payment_id', ...table.rowKey].map((name) => `"${name}"`);
    const sql = `SELECT json_array(${columns.join(', ')}) FROM ${tableName(instance, table)} ORDER BY ${order.join(', ')}`;
    const { rows } = await lake.run(sql);
    return rows.map(([row]) => JSON.parse(String(row)) as Row);
  };

/** These records are exactly these payments, each once, equal field by field. */
export function expectSamePayments(
  { source }: Instance,
  records: ReadonlyMap<string, unknown>,
  payments: Iterable<Payment>,
  tally = noTally(),
): void {
  const wanted = new Map([...payments].map((payment) => [payment.id as string, payment]));
  const missing = [...wanted.keys()].filter((id) => !records.has(id));
  // Compared as text first: twenty thousand calls of toEqual take their time.
  const differing = [...wanted].filter(([id, payment]) => {
    const [got, expected] = [records.get(id), payment].map((record) => comparable(source, record));
    return records.has(id) && JSON.stringify(got) !== JSON.stringify(expected);
  });
  tally.compared += wanted.size;
  tally.lost += missing.length;
  tally.differing += differing.length;
  expect({ lake: records.size, missing: missing.slice(0, 5) }).toEqual({ lake: wanted.size, missing: [] });
  for (const [id, payment] of differing) {
    const [got, expected] = [records.get(id), payment].map((record) => comparable(source, record));
    expect({ id, record: got }).toEqual({ id, record: expected });
  }
}

/** The current views, as DuckDB answers them, hold exactly what the API lists. */
export async function expectLakeEquals(dir: string, instance: Instance, api: SampleApi, tally?: Tally): Promise<void> {
  // Loaded only when asked for: most syncs are compared without DuckDB, which takes 0.2 s to load.
  const { openLakeQuery } = await import('../../local/lake-query.ts');
  const lake = await openLakeQuery(dir, [instance]);
  try {
    const records = await recordsOf(instance, throughDuckDb(lake, instance), tally);
    expectSamePayments(instance, records, api.all(), tally);
  } finally {
    lake.close();
  }
}
