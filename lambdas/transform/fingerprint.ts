import { hash } from 'node:crypto';
import type { Row } from '../sources/row.ts';
import type { Table } from '../sources/table.ts';

/** Columns that say when and by which load a row came, not what it holds; and those every row shares. */
const notContent = new Set([
  '_load_id',
  '_loaded_at',
  '_hash',
  '_version_at',
  '_deleted_at',
  '_superseded_at',
  'payment_created_at',
]);

/**
 * Compiles the 64-bit hash over a payment as it is kept: every value of every row of all its tables, in table, row
 * and column order, each with its type and length, so that no two payments share a text. First 8 bytes of SHA-256.
 *
 * @returns a function of rows per table, in the tables' order; a signed BIGINT
 */
export function compileFingerprint(tables: readonly Table[]): (rows: readonly (readonly Row[])[]) => bigint {
  const content = tables.map((table) =>
    table.columns.flatMap((column, index) =>
      notContent.has(column.name) || (table.shape !== 'record' && column.name === 'payment_id') ? [] : [index],
    ),
  );
  return (rows) => {
    let text = '';
    for (let table = 0; table < content.length; table++) {
      const columns = content[table] as number[];
      for (const row of rows[table] as Row[]) {
        text += `|${table}`;
        for (const column of columns) text += canonical(row[column] as Row[number]);
      }
    }
    return hash('sha256', text, 'buffer').readBigInt64LE(0);
  };
}

function canonical(value: Row[number]): string {
  if (value === null) return '~';
  if (typeof value === 'string') return `${value.length}:${value}`;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return `#${value}`;
}
