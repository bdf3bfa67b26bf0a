import type { Row, Value } from '../sources/row.ts';

/** One column of one row group. */
export interface ColumnSlice {
  /** Those that are not null, in the order of the rows. */
  readonly values: readonly Value[];
  /** Parquet's definition levels: 1 for each row with a value, 0 for null. */
  readonly levels: Uint8Array;
  /** Where a page of long texts begins, so that each stays near `pageCharacters`; the first begins at 0. */
  readonly pages: readonly PageStart[];
}

export interface PageStart {
  readonly row: number;
  readonly value: number;
}

/** Takes 2 to 4 ms to encode: what the event loop waits at most, but for a single text longer than this. */
const pageCharacters = 256 * 1024;

/** @param index of the column in each row */
export function sliceOf(rows: readonly Row[], index: number, from: number, to: number): ColumnSlice {
  const values: Value[] = [];
  const levels = new Uint8Array(to - from);
  const pages: PageStart[] = [{ row: 0, value: 0 }];
  let characters = 0;
  for (let row = from; row < to; row++) {
    const value = (rows[row] as Row)[index];
    if (value === null || value === undefined) continue;
    if (typeof value === 'string') {
      characters += value.length + 4;
      if (characters > pageCharacters && values.length > 0) {
        pages.push({ row: row - from, value: values.length });
        characters = value.length + 4;
      }
    }
    levels[row - from] = 1;
    values.push(value);
  }
  return { values, levels, pages };
}
