/** SQL over the warehouse, whichever engine answers it: DuckDB on a laptop, Athena in the cloud. */
export interface SqlQuery {
  /** @throws {UsageError} with the engine's message on one line */
  run(sql: string): Promise<{ columns: readonly ResultColumn[]; rows: Answer[][] }>;
  /** As `run`, with the answer batch by batch. */
  stream(sql: string): Promise<AnswerStream>;
  /** Ends the query that runs, and every later one: its promise is rejected. */
  interrupt(): void;
  close(): void;
}

/**
 * A value as a query answers it, nothing rounded: every integer wider than 32 bits is a bigint, a DECIMAL the text of
 * its digits, a timestamp `YYYY-MM-DD HH:MM:SS.mmm` (more digits where it has them, UTC and `+00` where it has a zone),
 * every other scalar the engine's own text. A map is a list of its entries, since its keys need not be text. Of an
 * array, a map or a row Athena gives text only: CAST(... AS JSON) makes it one that can be read.
 */
export type Answer = string | number | bigint | boolean | null | Answer[] | { [name: string]: Answer };

export interface ResultColumn {
  readonly name: string;
  /** The engine's name of the type, in capitals: BIGINT, VARCHAR, DECIMAL(18,3), ... */
  readonly type: string;
}

/** A result batch by batch. */
export interface AnswerStream {
  /** None for a statement that answers nothing, such as SET. */
  readonly columns: readonly ResultColumn[];
  readonly batches: AsyncIterable<Answer[][]>;
  /** What the query read of the files, where that is what it costs. */
  readonly scannedBytes?: number;
}
