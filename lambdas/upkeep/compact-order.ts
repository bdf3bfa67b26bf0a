import type { Row, Value } from '../sources/row.ts';
import type { Table } from '../sources/table.ts';

/** How the rows of a table lie in a compacted file. */
export interface RowOrder {
  /** Index of the column that comes first, an instant; -1: the table has none. */
  readonly time: number;
  /** Indexes of the columns that name a row: time, payment_id, positions or key, `_load_id`. */
  readonly key: readonly number[];
  /** Total: 0 only for rows that are equal in every column. */
  compare(one: Row, other: Row): number;
}

/**
 * By (created_at, payment_id, positions or key, `_load_id`), children by payment_created_at; the pipeline's own tables
 * by their first instant and what tells their rows apart. Then by every other column, so that equal rows are
 * neighbours.
 */
export function rowOrder({ columns, rowKey }: Table): RowOrder {
  const indexOf = (name: string) => columns.findIndex((column) => column.name === name);
  const time =
    ['payment_created_at', 'created_at'].map(indexOf).find((index) => index >= 0) ??
    columns.findIndex(({ type }) => type === 'instant');
  const named = ['payment_id', ...rowKey, '_load_id'].map(indexOf);
  const key = [...new Set([time, ...named].filter((index) => index >= 0))];
  const rest = columns.map((_, index) => index).filter((index) => !key.includes(index));
  const all = [...key, ...rest];
  return {
    time,
    key,
    compare(one, other) {
      for (const index of all) {
        const order = compareValues(one[index] as Value, other[index] as Value);
        if (order !== 0) return order;
      }
      return 0;
    },
  };
}

/** null comes first; 0 and -0 are two values. @param one of one column: both of one type, or null */
function compareValues(one: Value, other: Value): number {
  if (Object.is(one, other)) return 0;
  if (one === null) return -1;
  if (other === null) return 1;
  if (one < other) return -1;
  if (one > other) return 1;
  // What is neither less nor greater and not the same: the zeros, or a number beside a bigint of its worth.
  return Object.is(one, -0) ? -1 : Object.is(other, -0) ? 1 : 0;
}
