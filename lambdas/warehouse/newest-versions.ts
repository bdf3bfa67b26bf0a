import { quoted, textLiteral } from './sql.ts';

/** A payments table of the history, as SQL sees it. */
export interface VersionTable {
  /** Database and table, quoted. */
  readonly from: string;
  /** Its column of the payment's creation. */
  readonly createdAt: string;
}

/** Which versions are of a refunded payment. */
export interface RefundWords {
  readonly status: string;
  readonly words: readonly string[];
}

const list = (names: readonly string[]): string => names.map(quoted).join(', ');

/**
 * The newest version of each payment, with these columns. Right with any file present twice; a filter on month or
 * creation reaches the files.
 *
 * @param refunds given, there is a column `_refunded_since` too: when the first of the newest versions that are all
 *   refunded was loaded, null where the newest is not. Trino reckons it only where it is selected.
 */
export function newestVersions(table: VersionTable, columns: readonly string[], refunds?: RefundWords): string {
  // month and created_at never change for a payment. They stand here because a filter passes a window function only
  // on the columns it is partitioned by.
  const payment = `PARTITION BY ${list(['month', 'payment_id', table.createdAt])}`;
  const order = 'ORDER BY "_version_at" DESC NULLS LAST, "_loaded_at" DESC NULLS LAST, "_load_id" DESC NULLS LAST';
  const inner = [...new Set([...columns, '_superseded_at', ...(refunds ? ['_loaded_at'] : [])])];
  const versions = `  SELECT ${list(inner)},
    row_number() OVER (
      ${payment}
      ${order}
    ) AS "_age"${
      refunds
        ? `,
    count(CASE WHEN ${isRefunded(refunds)} THEN NULL ELSE 1 END) OVER (
      ${payment}
      ${order}
    ) AS "_not_refunded"`
        : ''
    }
  FROM ${table.from}`;
  if (!refunds) return newestOf(columns, versions);
  return newestOf(
    [...columns, '_refunded_since'],
    `  SELECT ${list([...new Set([...columns, '_superseded_at', '_age'])])},
    min(CASE WHEN "_not_refunded" = 0 THEN "_loaded_at" END) OVER (${payment}) AS "_refunded_since"
  FROM (
${versions.replace(/^/gm, '  ')}
  ) AS seen`,
  );
}

const newestOf = (columns: readonly string[], versions: string): string => `SELECT ${list(columns)}
FROM (
${versions}
) AS version
WHERE "_age" = 1 AND "_superseded_at" IS NULL`;

const isRefunded = ({ status, words }: RefundWords): string =>
  `${quoted(status)} IN (${words.map(textLiteral).join(', ')})`;
