import type { CheckpointTable } from '../load/checkpoint-table.ts';
import type { ObjectStore } from '../load/object-store.ts';
import type { HistoryTable } from '../warehouse/history-tables.ts';
import type { CompactSettings } from './compact-settings.ts';

/** One month of one table, what is compacted at a time. */
export interface TableMonth {
  /** With its instance's prefix, as its folder is named. */
  readonly table: HistoryTable;
  /** `2026-03` */
  readonly month: string;
}

/** How far the compaction of a month is: rows read of those it is to read in this round. */
export interface CompactProgress extends TableMonth {
  readonly rows: number;
  readonly ofRows: number;
}

/** Everything a compaction needs of the world; handlers and cli make it. */
export interface CompactOptions {
  readonly store: ObjectStore;
  readonly checkpoints: CheckpointTable;
  readonly settings: CompactSettings;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 'alone': whoever has the lake has every lease in it. 'shared': a lease lives as long as it is renewed. */
  readonly leasing: 'alone' | 'shared';
  readonly log: (level: 'info' | 'warn' | 'error', message: string, facts?: Readonly<Record<string, unknown>>) => void;
  readonly onProgress?: (progress: CompactProgress) => void;
  /** Ctrl-C: the round in hand is finished, no other begun. */
  readonly signal?: AbortSignal;
  /** Milliseconds this process has left; default: for ever. */
  readonly remainingMs?: () => number;
}

/** What the compaction of one month did. */
export interface CompactSummary {
  readonly table: string;
  readonly month: string;
  /** busy: another compaction has the month. stopped: rounds are left, for lack of time or because of Ctrl-C. */
  readonly status: 'done' | 'busy' | 'stopped';
  /** Files that were folded, and what they came to, superseded ones not counted. */
  readonly filesBefore: number;
  readonly filesAfter: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Rows in the files that were written. */
  readonly rows: number;
  /** Rows left out because another equals them in every column. */
  readonly copies: number;
  /** Superseded files deleted, after their grace. */
  readonly deleted: number;
  /** Rows in memory at most, without the row group that is being written. */
  readonly mostRowsInHand: number;
}
