import type { Table } from '../sources/table.ts';
import { type Databases, plainDatabases, shownColumns } from './databases.ts';
import { type Instance, tableName } from './instance.ts';
import { firstMonth } from './keys.ts';
import { quoted, type ShownColumn, textLiteral } from './sql.ts';

/** A view as Glue and DuckDB are told of it. */
export interface View {
  readonly name: string;
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
export function currentView(instance: Instance, table: Table, databases: Databases = plainDatabases): View {
  const { payments } = instance.source;
  const from = (each: Table) => `${quoted(databases.history)}.${quoted(tableName(instance, each))}`;
  const newest = (columns: readonly Named[]) => newestVersions(from(payments), columns);
  const sql = table === payments ? newest(shownColumns(table)) : childrenOfNewest(table, from(table), newest);
  return { name: tableName(instance, table), columns: shownColumns(table), sql };
}

type Named = Pick<ShownColumn, 'name'>;

/** The newest version of each payment, with these columns. */
type NewestVersions = (columns: readonly Named[]) => string;

const list = (names: readonly string[], of = ''): string =>
  names.map((name) => (of === '' ? quoted(name) : `${of}.${quoted(name)}`)).join(', ');

function newestVersions(history: string, columns: readonly Named[]): string {
  const names = columns.map(({ name }) => name);
  // month and created_at never change for a payment. They stand here because a filter passes a window function only
  // on the columns it is partitioned by.
  return `SELECT ${list(names)}
FROM (
  SELECT ${list([...new Set([...names, '_superseded_at'])])},
    row_number() OVER (
      PARTITION BY ${list(['month', 'payment_id', 'created_at'])}
      ORDER BY "_version_at" DESC NULLS LAST, "_loaded_at" DESC NULLS LAST, "_load_id" DESC NULLS LAST
    ) AS "_age"
  FROM ${history}
) AS version
WHERE "_age" = 1 AND "_superseded_at" IS NULL`;
}

function childrenOfNewest(table: Table, history: string, newest: NewestVersions): string {
  const names = shownColumns(table).map(({ name }) => name);
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
${childrenWhere(table, history, newest, 'payment."created_at" = child."payment_created_at"')}
    UNION ALL
${childrenWhere(table, history, newest, `payment."created_at" IS NULL AND child."payment_created_at" IS NULL AND child."month" = ${textLiteral(firstMonth)}`)}
  ) AS child
) AS copies
WHERE "_copy" = 1`;
}

function childrenWhere(table: Table, history: string, newest: NewestVersions, sameCreation: string): string {
  const names = shownColumns(table).map(({ name }) => name);
  const payment = [{ name: 'month' }, { name: 'payment_id' }, { name: 'created_at' }, { name: '_load_id' }];
  return `    SELECT ${list(names, 'child')}
    FROM ${history} AS child
    JOIN (
${newest(payment).replace(/^/gm, '      ')}
    ) AS payment
      ON payment."month" = child."month"
      AND payment."payment_id" = child."payment_id"
      AND payment."_load_id" = child."_load_id"
      AND ${sameCreation}`;
}
