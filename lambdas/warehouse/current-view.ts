import type { Table } from '../sources/table.ts';
import { type Databases, shownColumns } from './databases.ts';
import { type Instance, tableName } from './instance.ts';
import { firstMonth } from './keys.ts';
import { newestVersions, type RefundWords, type VersionTable } from './newest-versions.ts';
import { quoted, type ShownColumn, textLiteral } from './sql.ts';

/** A view as Glue and DuckDB are told of it. */
export interface View {
  readonly name: string;
  /** What one row of it is. */
  readonly meaning: string;
  readonly columns: readonly ShownColumn[];
  /** One SELECT that names every column in order; the same text runs in Trino and in DuckDB. */
  readonly sql: string;
}

/**
 * The current state of a table: the newest version of each payment, or the children of exactly that version.
 * Right with any file present twice. A filter on month or on the payment's created_at reaches the files.
 *
 * @see protocol.md, "The current view"
 */
export function currentView(instance: Instance, table: Table, databases: Databases): View {
  const { source } = instance;
  const columns = shownColumns(table);
  const names = columns.map(({ name }) => name);
  const name = tableName(instance, table);
  if (table !== source.payments) {
    return { name, meaning: table.meaning, columns, sql: currentChildren(instance, table, databases) };
  }
  const meaning = `One row per payment of ${source.title} as it stands now.`;
  return { name, meaning, columns, sql: currentPayments(instance, names, databases) };
}

/** The newest version of each payment of an instance, with these columns. */
export const currentPayments = (
  instance: Instance,
  columns: readonly string[],
  databases: Databases,
  refunds?: RefundWords,
): string => newestVersions(versionTable(instance, databases), columns, refunds);

const versionTable = ({ name, source }: Instance, databases: Databases): VersionTable => ({
  from: `${quoted(databases.history)}.${quoted(tableName({ name, source }, source.payments))}`,
  createdAt: source.shared.created_at,
});

const list = (names: readonly string[], of = ''): string =>
  names.map((name) => (of === '' ? quoted(name) : `${of}.${quoted(name)}`)).join(', ');

/**
 * The children of the newest versions, each once.
 *
 * @param ofPayment columns of the payment that come along: their name here → the payments table's
 */
export function currentChildren(
  instance: Instance,
  table: Table,
  databases: Databases,
  ofPayment: Readonly<Record<string, string>> = {},
): string {
  const names = [...shownColumns(table).map(({ name }) => name), ...Object.keys(ofPayment)];
  const { createdAt } = versionTable(instance, databases);
  const where = (sameCreation: string) => childrenWhere(instance, table, databases, ofPayment, sameCreation);
  // One equality per branch, not IS NOT DISTINCT FROM: only from `=` do both engines conclude that a filter on one
  // side holds on the other. A payment without created_at lies in the first month, so its branch costs one partition.
  return `SELECT ${list(names)}
FROM (
  SELECT ${list(names)},
    row_number() OVER (
      PARTITION BY ${list(['month', 'payment_id', 'payment_created_at', ...table.rowKey])}
      ORDER BY "_loaded_at"
    ) AS "_copy"
  FROM (
${where(`payment.${quoted(createdAt)} = child."payment_created_at"`)}
    UNION ALL
${where(`payment.${quoted(createdAt)} IS NULL AND child."payment_created_at" IS NULL AND child."month" = ${textLiteral(firstMonth)}`)}
  ) AS child
) AS copies
WHERE "_copy" = 1`;
}

function childrenWhere(
  instance: Instance,
  table: Table,
  databases: Databases,
  ofPayment: Readonly<Record<string, string>>,
  sameCreation: string,
): string {
  const versions = versionTable(instance, databases);
  const wanted = ['month', 'payment_id', versions.createdAt, '_load_id', ...Object.values(ofPayment)];
  const along = Object.entries(ofPayment).map(([name, own]) => `, payment.${quoted(own)} AS ${quoted(name)}`);
  return `    SELECT ${list(
    shownColumns(table).map(({ name }) => name),
    'child',
  )}${along.join('')}
    FROM ${quoted(databases.history)}.${quoted(tableName(instance, table))} AS child
    JOIN (
${newestVersions(versions, [...new Set(wanted)]).replace(/^/gm, '      ')}
    ) AS payment
      ON payment."month" = child."month"
      AND payment."payment_id" = child."payment_id"
      AND payment."_load_id" = child."_load_id"
      AND ${sameCreation}`;
}
