import type { SqlQuery } from '../athena/sql-query.ts';
import { type Instance, tableName } from '../warehouse/instance.ts';
import { quoted, textLiteral } from '../warehouse/sql.ts';

/** Which of an instance's payments are counted. */
export interface Counted {
  readonly account: string | null;
  /** createdAt, exclusive, ms. */
  readonly before: number;
  /** Ids left out. */
  readonly without: readonly string[];
}

export interface WarehouseCount {
  /** Payments by status; those without a status under null. */
  readonly byStatus: ReadonlyMap<string | null, number>;
  readonly total: number;
  /** Ids under more than one created_at, by the status of their newest row. */
  readonly duplicates: ReadonlyMap<string | null, number>;
}

/** A payment as the warehouse holds it. */
export interface HeldPayment {
  readonly id: string;
  readonly hash: bigint;
  readonly versions: number;
}

/**
 * Each payment of an account once, by its newest row, deleted ones left out. The same text runs in Athena and DuckDB.
 *
 * @param where over id, status, created_at, hash, versions
 */
function payments({ name, source }: Instance, account: string | null, select: string, where: string): string {
  const { shared, payments: table, account: path } = source;
  const accountColumn = table.columns.find((column) => column.path === path)?.name;
  const ownAccount =
    account === null || accountColumn === undefined
      ? ''
      : // A payment that names no account is taken for the instance's own.
        ` AND (${quoted(accountColumn)} IS NULL OR CAST(${quoted(accountColumn)} AS varchar) = ${textLiteral(account)})`;
  const newest = (column: string, as: string) => `max_by(${quoted(column)}, "_version_at") AS ${quoted(as)}`;
  return `SELECT ${select}
FROM (
  SELECT "payment_id" AS "id", ${newest(shared.status, 'status')}, ${newest(shared.created_at, 'created')},
    ${newest('_hash', 'hash')}, count(*) AS "versions"
  FROM ${quoted(tableName({ name, source }, table))}
  WHERE "_deleted_at" IS NULL${ownAccount}
  GROUP BY "payment_id"
) AS newest
WHERE ${where}`;
}

const timestamp = (ms: number): string => `TIMESTAMP '${new Date(ms).toISOString().slice(0, -1).replace('T', ' ')}'`;

const idList = (ids: readonly string[]): string => ids.map(textLiteral).join(', ');

export async function countWarehouse(
  query: SqlQuery,
  instance: Instance,
  { account, before, without }: Counted,
): Promise<WarehouseCount> {
  const old = `("created" IS NULL OR "created" < ${timestamp(before)})`;
  const others = without.length === 0 ? '' : ` AND "id" NOT IN (${idList(without)})`;
  const select = `"status", count(*) AS "payments", sum(CASE WHEN "versions" > 1 THEN 1 ELSE 0 END) AS "doubled"`;
  const sql = `${payments(instance, account, select, `${old}${others}`)}\nGROUP BY "status"`;
  const { rows } = await query.run(sql);
  const byStatus = new Map<string | null, number>();
  const duplicates = new Map<string | null, number>();
  let total = 0;
  for (const [told, count, doubled] of rows) {
    const status = told === null ? null : String(told);
    byStatus.set(status, Number(count));
    duplicates.set(status, Number(doubled));
    total += Number(count);
  }
  return { byStatus, total, duplicates };
}

/** Ids created at `since` or later: what came during or after a reading. */
export async function* newerIds(
  query: SqlQuery,
  instance: Instance,
  account: string | null,
  since: number,
): AsyncGenerator<string> {
  const { batches } = await query.stream(payments(instance, account, '"id"', `"created" >= ${timestamp(since)}`));
  for await (const batch of batches) for (const [id] of batch) yield String(id);
}

/** Payments created before, of these statuses (null: all) or of these ids. */
export async function* heldPayments(
  query: SqlQuery,
  instance: Instance,
  { account, before }: Pick<Counted, 'account' | 'before'>,
  of: { readonly statuses: readonly string[] } | { readonly ids: readonly string[] } | null,
): AsyncGenerator<HeldPayment> {
  const which =
    of === null
      ? `("created" IS NULL OR "created" < ${timestamp(before)})`
      : 'ids' in of
        ? `"id" IN (${idList(of.ids)})`
        : `("created" IS NULL OR "created" < ${timestamp(before)}) AND "status" IN (${idList(of.statuses)})`;
  const { batches } = await query.stream(payments(instance, account, '"id", "hash", "versions"', which));
  for await (const batch of batches) {
    for (const [id, hash, versions] of batch) {
      yield { id: String(id), hash: BigInt(String(hash ?? 0)), versions: Number(versions) };
    }
  }
}

/** Ids that stand under more than one created_at. */
export async function doubledIds(query: SqlQuery, instance: Instance, account: string | null): Promise<string[]> {
  const { rows } = await query.run(`${payments(instance, account, '"id"', '"versions" > 1')}\nORDER BY "id"`);
  return rows.map(([id]) => String(id));
}
