import * as zlib from 'node:zlib';

/** Node has Zstandard from 22.15 on; it takes less CPU and fewer bytes than GZIP. */
const zstdCompressSync = (zlib as { zstdCompressSync?: (bytes: Uint8Array, options?: object) => Uint8Array })
  .zstdCompressSync;

export const codec = zstdCompressSync ? 'ZSTD' : 'GZIP';

// 100 is ZSTD_c_compressionLevel, which the types of Node 20 do not name.
const zstdFastest = { params: { 100: 1 } };

// A window of 4 kB and little memory: on pages of this size a quarter faster than GZIP's defaults, and no larger.
const matching: zlib.ZlibOptions = { level: 1, windowBits: 12, memLevel: 5 };

/** For ids: looking for repeats takes three times as long and finds none. */
const lettersOnly: zlib.ZlibOptions = { level: 1, strategy: zlib.constants.Z_HUFFMAN_ONLY };

const probed = 4096;

/** Less gained than this is not worth a reader's time. */
const worthwhile = 0.9;

/** Compresses, whatever comes of it: for dictionary pages, which have no say in it. */
export const compress = (bytes: Uint8Array): Uint8Array =>
  zstdCompressSync ? zstdCompressSync(bytes, zstdFastest) : zlib.gzipSync(bytes, matching);

/** @returns null if the page is better stored as it is */
export function compressIfSmaller(bytes: Uint8Array): Uint8Array | null {
  const smaller = bytes.length < 4 * probed ? compress(bytes) : compressProbed(bytes);
  return smaller && smaller.length < bytes.length * worthwhile ? smaller : null;
}

/** Tries the ways on the middle of a page first: random numbers are not worth one, ids only the cheap one. */
function compressProbed(bytes: Uint8Array): Uint8Array | null {
  const middle = (bytes.length - probed) >> 1;
  const sample = bytes.subarray(middle, middle + probed);
  const matched = compress(sample).length;
  const letters = zstdCompressSync ? Number.POSITIVE_INFINITY : zlib.gzipSync(sample, lettersOnly).length;
  if (Math.min(matched, letters) >= probed * worthwhile) return null;
  return letters < matched * 1.1 ? zlib.gzipSync(bytes, lettersOnly) : compress(bytes);
}
