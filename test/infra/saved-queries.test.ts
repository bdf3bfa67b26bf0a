import { type SavedQuery, savedQueries } from '../../infra/saved-queries.ts';
import { hyparquetEncoder } from '../../lambdas/load/parquet-hyparquet.ts';
import { putLoadRow } from '../../lambdas/sync/load-row.ts';
import { folderStore } from '../../local/folder-store.ts';
import { type LakeQuery, openLakeQuery } from '../../local/lake-query.ts';
import {
  bothInstances,
  checkoutPageInstance,
  commetInstance,
  emptyFolder,
  writeFile,
} from '../support/lake-builder.ts';

/** What the queries use of Athena's SQL that DuckDB does not have; test:athena runs them as they are. */
const athenaWords = `
  CREATE OR REPLACE MACRO date_format(moment, format) AS strftime(moment, format);
  CREATE OR REPLACE MACRO date_add(unit, n, moment) AS
    moment + to_months(CASE unit WHEN 'month' THEN n ELSE 0 END) + to_days(CASE unit WHEN 'day' THEN n ELSE 0 END);`;

const queries = savedQueries(bothInstances.map(({ name }) => name));
const yesterday = Date.now() - 86_400_000;
let lake: LakeQuery;

/** A payment of yesterday at each API; the one of Checkout Page was paid first, then refunded, and paid tax. */
beforeAll(async () => {
  const dir = emptyFolder();
  const seen = { created_at: yesterday, currency: 'USD', customer_id: 'put the id here', _extra: '{"new": 1}' };
  const commet = { ...seen, payment_id: 'c1', amount_total: 1999, status: 'succeeded', livemode: true };
  await writeFile(dir, commetInstance, 'payments', 'l1', [commet]);
  const page = { ...seen, amount: 2500, livemode: true, seller_id: 's' };
  const versions = [
    ['l1', 'paid', yesterday],
    ['l2', 'refunded', yesterday + 3_600_000],
  ] as const;
  for (const [load, status, at] of versions) {
    const rows = ['p1', 'p2'].map((id) => ({ ...page, payment_id: id, status: id === 'p2' ? 'paid' : status }));
    const times = { _loaded_at: at, _version_at: at };
    await writeFile(
      dir,
      checkoutPageInstance,
      'payments',
      load,
      rows.map((row) => ({ ...row, ...times })),
    );
    const taxes = ['p1', 'p2'].map((id) => ({ payment_id: id, payment_created_at: yesterday, tax_amount: 400 }));
    await writeFile(dir, checkoutPageInstance, 'tax_breakdown', load, taxes);
  }
  const counts = { pages: 1, records: 3, written: 3, requests: 2 };
  const times = { started_at: yesterday, finished_at: yesterday + 1_000 };
  const row = { source: 'commet', instance: 'commet', sync_id: 's1', load_id: 'l1', kind: 'load', ...counts, ...times };
  await putLoadRow(folderStore(dir), hyparquetEncoder, row);
  lake = await openLakeQuery(dir, bothInstances);
  await lake.run(`${athenaWords} SELECT 1`);
});
afterAll(() => lake.close());

test.each(queries.map((query): [string, SavedQuery] => [query.name, query]))(
  '%s: runs, and finds what is there',
  async (_, query) => {
    const { columns, rows } = await lake.run(query.sql);
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
  },
);

test('each has a name of its own that Athena takes, a description, one statement, and a bound on what it scans', () => {
  expect(new Set(queries.map(({ name }) => name)).size).toBe(queries.length);
  for (const { name, description, sql } of queries) {
    expect(name).toMatch(/^.{1,128}$/);
    expect(description).toMatch(/^.{10,1024}$/);
    expect(sql).toMatch(/^[^;]+;$/);
    expect(sql).toMatch(/\bmonth >=/);
  }
});
