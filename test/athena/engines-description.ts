import { readFileSync } from 'node:fs';

/** Names the file that tells the tests what runs. */
export const enginesVariable = 'PAYMENTS_LAKE_TEST_ENGINES';

/** The same lake twice: in a folder for DuckDB, and on S3 with a catalog for Trino. */
export interface LakePair {
  readonly dir: string;
  /** As `databasesOf` takes it: each lake has databases of its own. */
  readonly stage: string;
}

/** compacting: the day after a compaction, when every row is there twice. guide: the analyst guide's own lake. */
export const lakeNames = ['hostile', 'compacting', 'compacted', 'guide', 'empty'] as const;
export type LakeName = (typeof lakeNames)[number];

/** What `run.ts` started. */
export interface EnginesDescription {
  readonly trinoPort: number;
  readonly lakes: Readonly<Record<LakeName, LakePair>>;
}

export function describedEngines(): EnginesDescription {
  const file = process.env[enginesVariable];
  if (file === undefined) throw new Error('these tests need a Trino that runs: npm run test:athena');
  return JSON.parse(readFileSync(file, 'utf8')) as EnginesDescription;
}
