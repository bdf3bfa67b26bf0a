import type { Row } from '../sources/row.ts';
import type { Table } from '../sources/table.ts';

/** Turns rows into the bytes of one Parquet file. Two encoders stand behind it. */
export interface ParquetEncoder {
  readonly name: 'hyparquet' | 'parquetjs';
  /**
   * @param rows sorted by the caller, at least one, checked: every value fits its column's type
   * @param metadata the file's key-value metadata: source, sync and load id
   * @returns the whole file; gives the event loop a turn between columns, so that the next page can come in meanwhile
   */
  encode(table: Table, rows: readonly Row[], metadata: Readonly<Record<string, string>>): Promise<Uint8Array>;
}
