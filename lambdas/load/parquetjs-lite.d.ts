/** What is used of parquetjs-lite, which has no types of its own. */
declare module 'parquetjs-lite' {
  import type { Writable } from 'node:stream';

  interface FieldDefinition {
    type: 'UTF8' | 'BOOLEAN' | 'INT64' | 'DOUBLE' | 'TIMESTAMP_MILLIS';
    optional: boolean;
    compression: 'GZIP' | 'UNCOMPRESSED';
    /** Also false for the statistics of pages. */
    statistics?: false;
  }

  class ParquetSchema {
    constructor(fields: Record<string, FieldDefinition>);
  }

  class ParquetWriter {
    /** @param options.pageSize in rows */
    static openStream(
      schema: ParquetSchema,
      stream: Writable,
      options: { rowGroupSize: number; pageSize: number; pageIndex: false },
    ): Promise<ParquetWriter>;
    setMetadata(key: string, value: string): void;
    /** Throws a string that holds the value. */
    appendRow(row: Record<string, unknown>): Promise<void>;
    close(): Promise<void>;
  }

  const parquetjs: { ParquetSchema: typeof ParquetSchema; ParquetWriter: typeof ParquetWriter };
  export default parquetjs;
}

declare module 'parquetjs-lite/lib/types.js' {
  const types: {
    PARQUET_LOGICAL_TYPES: Record<'INT64' | 'DOUBLE', { toPrimitive: (value: unknown) => unknown }>;
  };
  export default types;
}
