import { hash } from 'node:crypto';
import type { Row } from '../sources/row.ts';
import type { Table } from '../sources/table.ts';
import { ByteText, labelOf } from './byte-text.ts';

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
 * Compiles the 64-bit hash over a payment as it is kept: of each row of each of its tables the table's name, and every
 * value that is not null under its column's name. First 8 bytes of SHA-256.
 *
 * Tables and columns come in the order of their names. So a declaration in another order, or one that has a column
 * more, leaves the hash of a payment that has nothing there as it was, and nothing is written anew.
 *
 * @returns a function of rows per table, in the tables' order; a signed BIGINT
 */
export function compileFingerprint(tables: readonly Table[]): (rows: readonly (readonly Row[])[]) => bigint {
  const content = tables
    .map((table, number) => ({ number, name: table.name, label: labelOf(table.name), columns: contentOf(table) }))
    .sort(byName);
  const text = new ByteText();
  return (rows) => {
    text.clear();
    for (const { number, label: table, columns } of content) {
      for (const row of rows[number] as Row[]) {
        text.beginRow(table);
        for (let place = 0; place < columns.length; place++) {
          const { index, label } = columns[place] as (typeof columns)[number];
          const value = row[index] as Row[number];
          if (value !== null) text.add(label, value);
        }
      }
    }
    return hash('sha256', text.bytes(), 'buffer').readBigInt64LE(0);
  };
}

const contentOf = (table: Table) =>
  table.columns
    .map(({ name }, index) => ({ index, name, label: labelOf(name) }))
    .filter(({ name }) => !notContent.has(name) && (table.shape === 'record' || name !== 'payment_id'))
    .sort(byName);

const byName = (one: { readonly name: string }, other: { readonly name: string }): number =>
  one.name < other.name ? -1 : 1;
