import { optimalNumBytes } from 'hyparquet-writer/src/bloom.js';
import { Word64, xxhash64 } from './xxhash64.ts';

/** One lookup in a hundred of an id that is not there reads its row group in vain. */
const falsePositives = 0.01;

const salts = [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];

/** An empty bloom filter of Parquet's split block form. @param values how many will be added at most */
export const bloomFilter = (values: number): Uint32Array =>
  new Uint32Array(optimalNumBytes(values, falsePositives) / 4);

const hash = new Word64();

/** @param plain texts in PLAIN encoding: each behind its length of four bytes */
export function addTexts(filter: Uint32Array, plain: Uint8Array): void {
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const blocks = filter.length / 8;
  for (let at = 0; at < plain.length; ) {
    const end = at + 4 + view.getInt32(at, true);
    xxhash64(view, at + 4, end, hash);
    const block = Math.floor(((hash.high >>> 0) * blocks) / 0x1_0000_0000) * 8;
    for (let word = 0; word < 8; word++) {
      const bit = Math.imul(hash.low, salts[word] as number) >>> 27;
      filter[block + word] = (filter[block + word] as number) | (1 << bit);
    }
    at = end;
  }
}
