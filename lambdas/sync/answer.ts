import type { Estimate } from './estimate.ts';
import type { summaryAsJson } from './summary-json.ts';

/** What a sync function answers, as JSON. An error stands in it as text; one that a retry may mend is thrown instead. */
export interface SyncAnswer {
  /** As `--json` prints them; a sync's counts are of all its invocations so far. */
  readonly syncs?: readonly ReturnType<typeof summaryAsJson>[];
  /** Out of time: the function has invoked itself and goes on. */
  readonly goesOn?: boolean;
  /** Number of the invocation that goes on: 1 is the first after the one that was asked for. */
  readonly continuation?: number;
  readonly dryRun?: Estimate;
  readonly error?: string;
}
