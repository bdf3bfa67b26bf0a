import * as fc from 'fast-check';
import { xxhash64 as reference } from 'hyparquet/src/xxhash.js';
import { Word64, xxhash64 } from '../../../lambdas/load/xxhash64.ts';

test('the hash of any bytes, wherever they lie, is the one hyparquet reckons with BigInt', () => {
  const hash = new Word64();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(9), (bytes, before) => {
      const within = new Uint8Array(before + bytes.length + 3).fill(255);
      within.set(bytes, before);
      xxhash64(new DataView(within.buffer), before, before + bytes.length, hash);
      const whole = (BigInt(hash.high >>> 0) << 32n) | BigInt(hash.low >>> 0);
      expect(whole).toBe(reference(bytes));
    }),
    { numRuns: 500 },
  );
});
