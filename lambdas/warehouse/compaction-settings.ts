/** What infrastructure and the compaction function share. Pure. */

/** What the function is told, as JSON in the variable all our functions have (`settingsVariable`). */
export interface CompactionSettings {
  readonly stage: string;
  readonly bucket: string;
  readonly checkpointTable: string;
  /** Each with the name of its API in the registry. */
  readonly instances: readonly { readonly name: string; readonly api: string }[];
  /** Size of a compacted file, MB. */
  readonly fileMb: number;
  /** How long a superseded file stays, hours. */
  readonly graceHours: number;
  /** How many invocations the months that have work are shared out to. */
  readonly atOnce: number;
  readonly leaseSeconds: number;
}

/** What the weekly schedule sends: every table and month that has small files enough. */
export const compactionEvent = {};

/** What the daily schedule sends: what was superseded is deleted once its grace is over. */
export const deletionsEvent = { only: 'deletions' } as const;

/** Partitions of the checkpoint table that compaction's items lie in; no instance's name has a `#`. */
export const compactionPartitionPrefix = 'compaction#';

/** Metrics with the dimension stage. */
export const compactionMetrics = {
  /** A month that cannot be compacted before somebody acts. */
  compactionFailed: 'CompactionFailed',
  filesFolded: 'FilesFolded',
  filesDeleted: 'FilesDeleted',
} as const;
