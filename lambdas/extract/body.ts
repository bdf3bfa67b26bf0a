import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';

/** What `decodeBody` understands, for the Accept-Encoding header. */
export const acceptedEncodings = 'gzip, br, deflate';

/** A body that is not what the headers say. `tooLarge`: trying again changes nothing. */
export class BadBody extends Error {
  constructor(
    message: string,
    readonly tooLarge = false,
  ) {
    super(message);
  }
}

type Decompress = (body: Buffer, options: ZlibOptions) => Promise<Buffer>;
const decompressors: Readonly<Record<string, Decompress>> = {
  gzip: promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  'x-gzip': promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  br: promisify<Buffer, ZlibOptions, Buffer>(brotliDecompress),
  deflate: (body, options) => (isZlib(body) ? inflateZlib(body, options) : inflateBare(body, options)),
};
const inflateZlib = promisify<Buffer, ZlibOptions, Buffer>(inflate);
const inflateBare = promisify<Buffer, ZlibOptions, Buffer>(inflateRaw);

/** "deflate" means zlib's wrapping by the standard, and none to some servers. */
const isZlib = (body: Buffer): boolean =>
  body.length > 1 && (body.readUInt8(0) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;

/**
 * The JSON value of a body as it came over the wire. No more than `maxBytes` are ever unpacked.
 *
 * @throws {BadBody} if it is cut short, too large, not UTF-8 or not JSON; the text shows nothing of it
 */
export async function parseBody(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<unknown> {
  const bytes = await unpack(body, (encoding ?? 'identity').trim().toLowerCase(), maxBytes);
  // Node would put U+FFFD in place of what is not UTF-8, and a payment's text would be changed without a word.
  if (!isUtf8(bytes)) throw new BadBody('a body that is not UTF-8');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new BadBody(`a body of ${bytes.length} bytes that is not JSON, or only part of it`);
  }
}

async function unpack(body: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  if (encoding === 'identity' || encoding === '') return body;
  const decompress = decompressors[encoding];
  if (!decompress) throw new BadBody('a body in an encoding that was not asked for');
  try {
    return await decompress(body, { maxOutputLength: maxBytes, chunkSize: 256 * 1024 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new BadBody(`a body that unpacks to more than ${maxBytes} bytes`, true);
    }
    throw new BadBody(`a body that does not unpack as ${encoding}`);
  }
}
