/** An unsigned integer of 64 bits, as two signed halves: arithmetic on BigInt takes ten times as long. */
export class Word64 {
  constructor(
    public high = 0,
    public low = 0,
  ) {}

  set(high: number, low: number): this {
    this.high = high | 0;
    this.low = low | 0;
    return this;
  }

  plus(other: Word64): this {
    const sum = (this.low >>> 0) + (other.low >>> 0);
    return this.set(this.high + other.high + (sum > 0xffff_ffff ? 1 : 0), sum);
  }

  xor(other: Word64): this {
    return this.set(this.high ^ other.high, this.low ^ other.low);
  }

  times(other: Word64): this {
    const a0 = this.low & 0xffff;
    const a1 = this.low >>> 16;
    const b0 = other.low & 0xffff;
    const b1 = other.low >>> 16;
    const middle = a1 * b0 + ((a0 * b0) >>> 16);
    const carried = a1 * b1 + (middle >>> 16) + ((a0 * b1 + (middle & 0xffff)) >>> 16);
    return this.set(
      carried + Math.imul(this.high, other.low) + Math.imul(this.low, other.high),
      Math.imul(this.low, other.low),
    );
  }

  /** @param bits 1 to 31 */
  rotate(bits: number): this {
    const { high, low } = this;
    return this.set((high << bits) | (low >>> (32 - bits)), (low << bits) | (high >>> (32 - bits)));
  }
}

const prime1 = new Word64(0x9e3779b1, 0x85ebca87);
const prime2 = new Word64(0xc2b2ae3d, 0x27d4eb4f);
const prime3 = new Word64(0x165667b1, 0x9e3779f9);
const prime4 = new Word64(0x85ebca77, 0xc2b2ae63);
const prime5 = new Word64(0x27d4eb2f, 0x165667c5);

const lanes = [new Word64(), new Word64(), new Word64(), new Word64()] as const;
const [mixed, taken] = [new Word64(), new Word64()];

/**
 * XXH64 with seed 0, the hash of Parquet's bloom filters, of `bytes[start, end)`. With hyparquet's, on BigInt, the
 * filters took as long as a third of all other encoding.
 *
 * @param hash where the result is left
 */
export function xxhash64(bytes: DataView, start: number, end: number, hash: Word64): void {
  let at = start;
  if (end - start >= 32) at = readStripes(bytes, start, end, hash);
  else hash.set(prime5.high, prime5.low);
  hash.plus(taken.set(0, end - start));
  for (; at + 8 <= end; at += 8) {
    mixed.set(0, 0);
    round(mixed, bytes, at);
    hash.xor(mixed).rotate(27).times(prime1).plus(prime4);
  }
  if (at + 4 <= end) {
    hash
      .xor(mixed.set(0, bytes.getInt32(at, true)).times(prime1))
      .rotate(23)
      .times(prime2)
      .plus(prime3);
    at += 4;
  }
  for (; at < end; at++) {
    hash
      .xor(mixed.set(0, bytes.getUint8(at)).times(prime5))
      .rotate(11)
      .times(prime1);
  }
  hash.xor(mixed.set(0, hash.high >>> 1)).times(prime2);
  hash.xor(mixed.set(hash.high >>> 29, (hash.low >>> 29) | (hash.high << 3))).times(prime3);
  hash.xor(mixed.set(0, hash.high));
}

/** @returns where the last whole stripe of 32 bytes ends */
function readStripes(bytes: DataView, start: number, end: number, hash: Word64): number {
  lanes[0].set(prime1.high, prime1.low).plus(prime2);
  lanes[1].set(prime2.high, prime2.low);
  lanes[2].set(0, 0);
  lanes[3].set(~prime1.high, ~prime1.low).plus(taken.set(0, 1));
  let at = start;
  for (; at + 32 <= end; at += 32) {
    round(lanes[0], bytes, at);
    round(lanes[1], bytes, at + 8);
    round(lanes[2], bytes, at + 16);
    round(lanes[3], bytes, at + 24);
  }
  hash.set(0, 0);
  for (const [lane, bits] of [1, 7, 12, 18].entries()) {
    const { high, low } = lanes[lane] as Word64;
    hash.plus(mixed.set(high, low).rotate(bits));
  }
  for (const lane of lanes) {
    hash.xor(lane.times(prime2).rotate(31).times(prime1)).times(prime1).plus(prime4);
  }
  return at;
}

function round(lane: Word64, bytes: DataView, at: number): void {
  taken.set(bytes.getInt32(at + 4, true), bytes.getInt32(at, true)).times(prime2);
  lane.plus(taken).rotate(31).times(prime1);
}
