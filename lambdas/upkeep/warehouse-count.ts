import type { SqlQuery } from '../athena/sql-query.ts';
import { TransientError } from '../errors.ts';
import { type Instance, tableName } from '../warehouse/instance.ts';
import { quoted, textLiteral } from '../warehouse/sql.ts';

/** Which of an instance's payments are counted. */
export interface Counted {
  readonly account: string | null;
  /** createdAt, exclusive, ms. */
  readonly before: number;
  /** Ids left out: payments changed since the reading that is compared with. */
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
}

/**
 * Each payment of an account once, deleted ones left out; of one under several created_at the row seen last, which a
 * repair keeps: `_version_at` compares within one created_at only. The same text runs in Athena and DuckDB.
 *
 * @param where over id, status, created, hash, and creations: under how many created_at the id stands
 */
function payments({ name, source }: Instance, account: string | null, select: string, where: string): string {
  const { shared, payments: table, account: path } = source;
  const accountColumn = table.columns.find((column) => column.path === path)?.name;
  const ownAccount =
    account === null || accountColumn === undefined
      ? ''
      : // A payment that names no account is taken for the instance's own.
        ` AND (${quoted(accountColumn)} IS NULL OR CAST(${quoted(accountColumn)} AS varchar) = ${textLiteral(account)})`;
  const newest = (column: string, as: string) => `max_by(${quoted(column)}, "_loaded_at") AS ${quoted(as)}`;
  return `SELECT ${select}
FROM (
  SELECT "payment_id" AS "id", ${newest(shared.status, 'status')}, ${newest(shared.created_at, 'created')},
    ${newest('_hash', 'hash')}, count(*) AS "creations"
  FROM ${quoted(tableName({ name, source }, table))}
  WHERE "_deleted_at" IS NULL${ownAccount}
  GROUP BY "payment_id"
) AS newest
WHERE ${where}`;
}

const timestamp = (ms: number): string => `TIMESTAMP '${new Date(ms).toISOString().slice(0, -1).replace('T', ' ')}'`;

/** Ids of up to 36 letters that a statement may name: Athena takes one of 256 KB. */
const mostIdsNamed = 6000;

const idList = (ids: readonly string[]): string => ids.map(textLiteral).join(', ');

/** @throws {TransientError} when more ids are to be left out than a statement can name */
export async function countWarehouse(
  query: SqlQuery,
  instance: Instance,
  { account, before, without }: Counted,
): Promise<WarehouseCount> {
  if (without.length > mostIdsNamed) {
    throw new TransientError(
      `${instance.name}: ${without.length} payments changed since the last completed sync, too many to be left out of the count; run payments-lake sync ${instance.name} first`,
    );
  }
  const old = `("created" IS NULL OR "created" < ${timestamp(before)})`;
  const others = without.length === 0 ? '' : ` AND "id" NOT IN (${idList(without)})`;
  const select = `"status", count(*) AS "payments", sum(CASE WHEN "creations" > 1 THEN 1 ELSE 0 END) AS "doubled"`;
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
  const { batches } = await query.stream(payments(instance, account, '"id", "hash"', which));
  for await (const batch of batches) {
    for (const [id, hash] of batch) yield { id: String(id), hash: BigInt(String(hash ?? 0)) };
  }
}

/** Ids that stand under more than one created_at. */
export async function doubledIds(query: SqlQuery, instance: Instance, account: string | null): Promise<string[]> {
  const { rows } = await query.run(`${payments(instance, account, '"id"', '"creations" > 1')}\nORDER BY "id"`);
  return rows.map(([id]) => String(id));
}
