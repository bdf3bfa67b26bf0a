import { rowGroupSize } from '../load/parquet-hyparquet.ts';

/** Sizes and times of compaction; tests give their own. */
export interface CompactSettings {
  /** A file is closed once it has so many bytes. It is held in memory until it is put. */
  readonly fileBytes: number;
  /** Rows of a row group, the unit a reader skips; the last one of a file may be smaller. */
  readonly groupRows: number;
  /** A month with fewer small files than this is left as it is. */
  readonly leastFiles: number;
  /** Rows in hand while files are merged, in bytes as they are estimated; more only for two overlapping row groups. */
  readonly inHandBytes: number;
  /** What one round may read, bytes of its files: bounds what a killed function loses. */
  readonly roundBytes: number;
  /** Files one round may read: their names stand in one item of the checkpoint table, of at most 400 kB. */
  readonly roundFiles: number;
  /** How long a superseded file stays for queries that listed it, ms. */
  readonly graceMs: number;
  readonly leaseMs: number;
  readonly renewEveryMs: number;
  /** Footers read at once when a month is planned. */
  readonly readsAtOnce: number;
}

const megabyte = 1024 * 1024;

export const defaultCompactSettings: CompactSettings = {
  fileBytes: 128 * megabyte,
  groupRows: rowGroupSize,
  leastFiles: 8,
  inHandBytes: 160 * megabyte,
  roundBytes: 256 * megabyte,
  roundFiles: 1000,
  graceMs: 24 * 60 * 60_000,
  leaseMs: 60_000,
  renewEveryMs: 20_000,
  readsAtOnce: 8,
};

/** A file at least this large is as good as full: it is not read again for the sake of a few rows. */
export const fullBytes = ({ fileBytes }: CompactSettings): number => fileBytes / 2;
