import { TerminalError } from '../errors.ts';
import { HyparquetFile } from '../load/parquet-hyparquet.ts';
import { readRows } from '../load/parquet-reader.ts';
import type { Row } from '../sources/row.ts';
import { RowChecksum } from './compact-checksum.ts';
import type { Input } from './compact-input.ts';
import { keyOf, outputName, type RoundState } from './compact-item.ts';
import { mergeRuns } from './compact-merge.ts';
import type { CompactOptions, TableMonth } from './compact-options.ts';
import { type RowOrder, rowOrder } from './compact-order.ts';

export interface Written {
  readonly outputs: RoundState['outputs'];
  readonly rows: number;
  readonly copies: number;
  readonly mostRowsInHand: number;
}

/**
 * Merges files into new ones, puts them, reads them back and compares. In memory: the rows of overlapping row groups,
 * one row group to be written, and the bytes of one file.
 *
 * @throws {TerminalError} when what was read back is not what was read: the inputs must not be deleted
 */
export async function writeRound(
  options: CompactOptions,
  month: TableMonth,
  roundId: string,
  batch: readonly Input[],
): Promise<Written> {
  const { table } = month.table;
  const order = rowOrder(table);
  const expected = new RowChecksum(table, order);
  const runs = batch.flatMap((input) => input.runs);
  const ofRows = runs.reduce((sum, { rows }) => sum + rows, 0);
  let copies = 0;
  let mostRowsInHand = 0;
  const merged = mergeRuns(options.store, runs, table, order, {
    read: (row) => expected.add(row, 1),
    dropped: (row) => {
      expected.add(row, -1);
      copies++;
    },
    inHand: (rows) => {
      mostRowsInHand = Math.max(mostRowsInHand, rows);
    },
  });
  const bytes = batch.reduce((sum, { object }) => sum + object.size, 0);
  const writer = new RoundWriter(options, month, roundId, bytes);
  let rows = 0;
  for await (const some of merged) {
    await writer.add(some);
    rows += some.length;
    options.onProgress?.({ ...month, rows: rows + copies, ofRows });
  }
  const outputs = await writer.end();
  const found = await readBack(options, month, outputs, order);
  const difference = expected.differsIn(found);
  if (difference !== null) {
    throw new TerminalError(
      `${month.table.name} ${month.month}: the compacted files must hold what the old ones hold, got another ${difference === 'rows' ? `number of rows (${found.rows} for ${expected.rows})` : `checksum of ${difference}`}; the old files stand, nothing was deleted`,
    );
  }
  return { outputs, rows, copies, mostRowsInHand };
}

/** Cuts sorted rows into row groups, and row groups into files. */
class RoundWriter {
  readonly #options: CompactOptions;
  readonly #month: TableMonth;
  readonly #roundId: string;
  readonly #roomBytes: number;
  readonly #outputs: { name: string; size: number }[] = [];
  #pending: Row[] = [];
  #file: HyparquetFile | null = null;

  constructor(options: CompactOptions, month: TableMonth, roundId: string, bytesRead: number) {
    this.#options = options;
    this.#month = month;
    this.#roundId = roundId;
    // A file ends with the row group that fills it, and its footer comes behind.
    this.#roomBytes = Math.ceil(Math.min(options.settings.fileBytes, bytesRead) * 1.25) + (1 << 16);
  }

  async add(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.#pending.push(row);
      if (this.#pending.length === this.#options.settings.groupRows) await this.#writeGroup();
    }
  }

  async end(): Promise<RoundState['outputs']> {
    if (this.#pending.length > 0) await this.#writeGroup();
    await this.#put();
    return this.#outputs;
  }

  async #writeGroup(): Promise<void> {
    const { table, month } = this.#month;
    const metadata = { compaction: this.#roundId, table: table.name, month };
    this.#file ??= new HyparquetFile(table.table, metadata, this.#roomBytes);
    await this.#file.addGroup(this.#pending, 0, this.#pending.length);
    this.#pending = [];
    if (this.#file.bytes >= this.#options.settings.fileBytes) await this.#put();
  }

  async #put(): Promise<void> {
    if (!this.#file) return;
    const bytes = this.#file.finish();
    this.#file = null;
    const name = outputName(this.#roundId, this.#outputs.length + 1);
    await this.#options.store.putNew(keyOf(this.#month, name), bytes);
    this.#outputs.push({ name, size: bytes.length });
  }
}

/** @throws {TerminalError} unless every row comes after the one before it */
async function readBack(
  { store }: CompactOptions,
  month: TableMonth,
  outputs: RoundState['outputs'],
  order: RowOrder,
): Promise<RowChecksum> {
  const found = new RowChecksum(month.table.table, order);
  let last: Row | null = null;
  for (const { name, size } of outputs) {
    const key = keyOf(month, name);
    for await (const group of readRows(store, { key, size }, month.table.table)) {
      for (const row of group) {
        if (last && order.compare(last, row) >= 0) {
          throw new TerminalError(`${key}: compacted rows must be sorted and distinct, got two that are not`);
        }
        found.add(row, 1);
        last = row;
      }
    }
  }
  return found;
}
