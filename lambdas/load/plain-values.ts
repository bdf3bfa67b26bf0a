import type { ColumnType } from '../sources/column.ts';
import type { Value } from '../sources/row.ts';

/** Values in Parquet's PLAIN encoding, and the least and greatest of them in the order Parquet has for their type. */
export interface PlainValues {
  /** Lies in memory that the next call writes over: copy or compress it before. */
  readonly bytes: Uint8Array;
  readonly min: NonNullable<Value>;
  readonly max: NonNullable<Value>;
}

/** Thrown for a value that does not fit its column; the caller knows the column's name. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
  /** Its type: never the value, which may be personal. */
  readonly got: string;

  constructor(value: unknown) {
    super();
    this.got = value === null ? 'null' : typeof value;
  }
}

/** @param values none null; those from `from` to `to` are encoded, at least one */
export function plainValues(type: ColumnType, values: readonly Value[], from: number, to: number): PlainValues {
  switch (type) {
    case 'text':
    case 'json':
      return plainText(values, from, to);
    case 'integer':
    case 'instant':
      return plainInt64(values, from, to);
    case 'double':
      return plainDouble(values, from, to);
    case 'boolean':
      return plainBoolean(values, from, to);
  }
}

const keptScratch = 1 << 20;
let scratch = Buffer.allocUnsafeSlow(keptScratch);

/** Memory of at least `length` bytes; what lies in it up to `used` is kept. */
function room(length: number, used = 0): Buffer {
  if (length > scratch.length) {
    const larger = Buffer.allocUnsafeSlow(Math.max(length, scratch.length * 2));
    scratch.copy(larger, 0, 0, used);
    scratch = larger;
  } else if (used === 0 && scratch.length > 8 * keptScratch && length <= keptScratch) {
    scratch = Buffer.allocUnsafeSlow(keptScratch);
  }
  return scratch;
}

/** Above this length Node's own encoder is faster than a loop over the characters. */
const loopedLength = 48;

function plainText(values: readonly Value[], from: number, to: number): PlainValues {
  let out = room(keptScratch);
  let at = 0;
  let min = from;
  let max = from;
  let [minStart, minEnd, maxStart, maxEnd] = [0, 0, 0, 0];
  for (let index = from; index < to; index++) {
    const value = values[index];
    if (typeof value !== 'string') throw new Misfit(value);
    const most = at + 4 + value.length * 3;
    if (most > out.length) out = room(most, at);
    const start = at + 4;
    let end = value.length <= loopedLength ? writeAscii(out, start, value) : -1;
    if (end < 0) end = start + out.write(value, start);
    out.writeInt32LE(end - start, at);
    at = end;
    if (index === from) {
      minStart = maxStart = start;
      minEnd = maxEnd = end;
    } else if (compareBytes(out, start, end, minStart, minEnd) < 0) {
      [min, minStart, minEnd] = [index, start, end];
    } else if (compareBytes(out, start, end, maxStart, maxEnd) > 0) {
      [max, maxStart, maxEnd] = [index, start, end];
    }
  }
  return { bytes: out.subarray(0, at), min: values[min] as string, max: values[max] as string };
}

/** @returns where it ends, or -1 if a character is not ASCII */
function writeAscii(out: Buffer, start: number, value: string): number {
  let at = start;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code > 127) return -1;
    out[at++] = code;
  }
  return at;
}

/** By unsigned bytes, Parquet's order of text, which is not JavaScript's for characters beyond U+FFFF. */
function compareBytes(bytes: Buffer, start: number, end: number, otherStart: number, otherEnd: number): number {
  let [a, b] = [start, otherStart];
  while (a < end && b < otherEnd) {
    const difference = (bytes[a++] as number) - (bytes[b++] as number);
    if (difference !== 0) return difference;
  }
  return end - start - (otherEnd - otherStart);
}

function plainInt64(values: readonly Value[], from: number, to: number): PlainValues {
  const length = (to - from) * 8;
  const out = room(length);
  const halves = new Int32Array(out.buffer, 0, length / 4);
  let wholes: BigInt64Array | undefined;
  let min = values[from] as number | bigint;
  let max = min;
  for (let index = from, at = 0; index < to; index++, at += 2) {
    const value = values[index];
    if (typeof value === 'number' && Number.isSafeInteger(value)) {
      halves[at] = value;
      halves[at + 1] = Math.floor(value / 0x1_0000_0000);
    } else if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) {
      wholes ??= new BigInt64Array(out.buffer, 0, length / 8);
      wholes[at / 2] = value;
    } else {
      throw new Misfit(value);
    }
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  return { bytes: out.subarray(0, length), min: BigInt(min), max: BigInt(max) };
}

function plainDouble(values: readonly Value[], from: number, to: number): PlainValues {
  const length = (to - from) * 8;
  const out = room(length);
  const doubles = new Float64Array(out.buffer, 0, to - from);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let index = from; index < to; index++) {
    const value = values[index];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new Misfit(value);
    doubles[index - from] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  // Parquet's rule: a zero at either end stands for both zeros.
  return { bytes: out.subarray(0, length), min: min === 0 ? -0 : min, max: max === 0 ? 0 : max };
}

function plainBoolean(values: readonly Value[], from: number, to: number): PlainValues {
  const length = Math.ceil((to - from) / 8);
  const out = room(length).fill(0, 0, length);
  let trues = 0;
  for (let index = from; index < to; index++) {
    const value = values[index];
    if (typeof value !== 'boolean') throw new Misfit(value);
    if (!value) continue;
    trues++;
    const at = index - from;
    out[at >> 3] = (out[at >> 3] as number) | (1 << (at & 7));
  }
  return { bytes: out.subarray(0, length), min: trues === to - from, max: trues > 0 };
}
