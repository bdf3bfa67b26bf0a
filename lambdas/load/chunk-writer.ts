import type { CompressionCodec, Encoding, SchemaElement, Statistics } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import type { PageIndexes } from 'hyparquet-writer/src/types.js';
import { compress, compressIfSmaller } from './page-compression.ts';

/** Lays the pages of one column chunk into a file, and sums up what the footer says of them. */
export class ChunkWriter {
  readonly #out: ByteWriter;
  readonly #element: SchemaElement;
  readonly #codec: CompressionCodec;
  readonly #start: number;
  #dataStart: number;
  #uncompressed = 0;
  #values = 0;
  #nulls = 0;
  #pages = 0;
  #encoding: Encoding = 'PLAIN';

  constructor(out: ByteWriter, element: SchemaElement, codec: CompressionCodec) {
    this.#out = out;
    this.#element = element;
    this.#codec = codec;
    this.#start = this.#dataStart = out.offset;
  }

  /** @param plain the distinct values; the chunk's first page if it has one */
  dictionaryPage(plain: Uint8Array, values: number): void {
    const bytes = this.#codec === 'UNCOMPRESSED' ? plain : compress(plain);
    writePageHeader(this.#out, {
      type: 'DICTIONARY_PAGE',
      uncompressed_page_size: plain.length,
      compressed_page_size: bytes.length,
      dictionary_page_header: { num_values: values, encoding: 'PLAIN' },
    });
    this.#uncompressed += this.#out.offset - this.#start + plain.length;
    this.#out.appendBytes(bytes);
    this.#dataStart = this.#out.offset;
  }

  /**
   * @param levels 1 for each row with a value, 0 for null
   * @param values how many rows have one
   * @param bytes the values in `encoding`, the same for all pages of a chunk
   */
  dataPage(levels: Uint8Array, values: number, encoding: Encoding, bytes: Uint8Array): void {
    const out = this.#out;
    const packedLevels = new ByteWriter(64);
    writeRleBitPackedHybrid(packedLevels, levels, 1);
    const smaller = this.#codec === 'UNCOMPRESSED' ? null : compressIfSmaller(bytes);
    const headerStart = out.offset;
    writePageHeader(out, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: packedLevels.offset + bytes.length,
      compressed_page_size: packedLevels.offset + (smaller ?? bytes).length,
      data_page_header_v2: {
        num_values: levels.length,
        num_nulls: levels.length - values,
        num_rows: levels.length,
        encoding,
        definition_levels_byte_length: packedLevels.offset,
        repetition_levels_byte_length: 0,
        is_compressed: smaller !== null,
      },
    });
    this.#uncompressed += out.offset - headerStart + packedLevels.offset + bytes.length;
    out.appendBytes(packedLevels.getBytes());
    out.appendBytes(smaller ?? bytes);
    this.#values += levels.length;
    this.#nulls += levels.length - values;
    this.#pages++;
    this.#encoding = encoding;
  }

  /** @returns the chunk as the footer names it */
  finish(bounds: Pick<Statistics, 'min_value' | 'max_value'>, bloomFilter: Uint32Array | undefined): PageIndexes {
    const hasDictionary = this.#dataStart > this.#start;
    return {
      ...(bloomFilter ? { bloomFilter } : {}),
      chunk: {
        file_offset: BigInt(this.#start),
        meta_data: {
          type: this.#element.type ?? 'BYTE_ARRAY',
          encodings: [...new Set<Encoding>(['PLAIN', 'RLE', this.#encoding])],
          path_in_schema: [this.#element.name],
          codec: this.#codec,
          num_values: BigInt(this.#values),
          total_uncompressed_size: BigInt(this.#uncompressed),
          total_compressed_size: BigInt(this.#out.offset - this.#start),
          data_page_offset: BigInt(this.#dataStart),
          ...(hasDictionary ? { dictionary_page_offset: BigInt(this.#start) } : {}),
          statistics: { ...bounds, null_count: BigInt(this.#nulls) },
          encoding_stats: [
            ...(hasDictionary ? [{ page_type: 'DICTIONARY_PAGE' as const, encoding: 'PLAIN' as const, count: 1 }] : []),
            { page_type: 'DATA_PAGE_V2', encoding: this.#encoding, count: this.#pages },
          ],
        },
      },
    };
  }
}
