import type { Row, Value } from '../sources/row.ts';
import type { Table } from '../sources/table.ts';
import type { RowOrder } from './compact-order.ts';

/**
 * Rows counted, and a checksum of 64 bits for each column that does not depend on the rows' order. A value is summed
 * up together with its row's key, so that values that changed places between two rows do not cancel out.
 */
export class RowChecksum {
  rows = 0;
  readonly #table: Table;
  readonly #key: readonly number[];
  /** Two of 32 bits for each column. */
  readonly #sums: Int32Array;

  constructor(table: Table, { key }: RowOrder) {
    this.#table = table;
    this.#key = key;
    this.#sums = new Int32Array(table.columns.length * 2);
  }

  /** @param times 1: the row is there; -1: a copy of it is not there any more */
  add(row: Row, times: 1 | -1): void {
    this.rows += times;
    let seed = 0x9e3779b9;
    for (const index of this.#key) {
      hash(row[index] as Value, seed);
      seed = low ^ high;
    }
    for (let column = 0; column < this.#table.columns.length; column++) {
      hash(row[column] as Value, seed);
      const at = column * 2;
      this.#sums[at] = (this.#sums[at] as number) + times * low;
      this.#sums[at + 1] = (this.#sums[at + 1] as number) + times * high;
    }
  }

  /** What differs: `rows`, or the name of a column; null when nothing does. */
  differsIn(other: RowChecksum): string | null {
    if (this.rows !== other.rows) return 'rows';
    const at = this.#sums.findIndex((sum, index) => sum !== other.#sums[index]);
    return at < 0 ? null : (this.#table.columns[at >> 1]?.name ?? 'rows');
  }
}

/** Where `hash` leaves its result: an object for each of some hundred million values would cost more than the hash. */
let low = 0;
let high = 0;
const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

function hash(value: Value, seed: number): void {
  low = seed ^ 0xdeadbeef;
  high = seed ^ 0x41c6ce57;
  if (typeof value === 'string') {
    mix(value.length, 1);
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      low = Math.imul(low ^ code, 0x9e3779b1);
      high = Math.imul(high ^ code, 0x5f356495);
    }
  } else if (typeof value === 'bigint') {
    mix(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  } else if (value === null || value === undefined) {
    mix(0, 0x2545f491);
  } else {
    double[0] = Number(value);
    mix(halves[0] as number, halves[1] as number);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
}

function mix(one: number, other: number): void {
  low = Math.imul(Math.imul(low ^ one, 0x9e3779b1) ^ other, 0x85ebca77);
  high = Math.imul(Math.imul(high ^ other, 0x5f356495) ^ one, 0xc2b2ae3d);
}
