import type { Answer } from '../lambdas/athena/sql-query.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import type { Chart } from './chart.ts';
import type { Table } from './table.ts';

/** What the report is about. */
export interface Subject {
  readonly instances: readonly Instance[];
  /** When it is made, ms since 1970 UTC. */
  readonly now: number;
}

/** A row by column name. */
export type Row = Readonly<Record<string, Answer>>;

/** A chart with the figures it shows, or the figures alone. */
export interface Figure {
  readonly chart?: Chart;
  readonly table: Table;
}

/** One part of the page: a query, and what is made of its answer. */
export interface Section {
  /** Anchor on the page, and name of the query. */
  readonly id: string;
  readonly title: string;
  /** What has to be known to read the figures rightly. */
  readonly note: string;
  /** One SELECT; the same text runs in Athena and in DuckDB. It orders its rows fully, so that the page is the same. */
  readonly sql: (subject: Subject) => string;
  /** Pure. None: there is nothing to show. */
  readonly figures: (rows: readonly Row[], subject: Subject) => readonly Figure[];
  /** What stands where there is nothing to show. */
  readonly empty: string;
}
