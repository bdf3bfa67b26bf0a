import type { ShownColumn } from './sql.ts';

/** The Parquet tables: every version of a payment ever loaded. */
export const historyDatabase = 'payments_lake_history';

/** What analysts use: views of the current state, under the tables' own names. */
export const currentDatabase = 'payments_lake';

/** The same views without personal columns. */
export const anonymousDatabase = 'payments_lake_anonymous';

/** The two databases as a deployment names them. */
export interface Databases {
  readonly history: string;
  readonly current: string;
}

/** On a laptop, and in the stage prod. */
export const plainDatabases: Databases = { history: historyDatabase, current: currentDatabase };

/** Several stages share one Glue catalog: all but prod carry their name behind the databases'. */
export const databasesOf = (stage: string): Databases =>
  stage === 'prod'
    ? plainDatabases
    : { history: `${historyDatabase}_${stage}`, current: `${currentDatabase}_${stage}` };

/** @param current name of a deployment's database of the current views */
export const databasesBeside = (current: string): Databases => ({
  current,
  history: historyDatabase + current.slice(currentDatabase.length),
});

export const anonymousDatabaseOf = (stage: string): string =>
  stage === 'prod' ? anonymousDatabase : `${anonymousDatabase}_${stage}`;

/** Not in the files: it is the partition a file lies in. */
export const monthColumn: ShownColumn = {
  name: 'month',
  type: 'text',
  meaning: "Month of the payment's created_at in UTC, as YYYY-MM: filter on it, and only its files are read.",
};

/** The same of a table whose rows are no payment's: those of the pipeline itself. */
const ownMonthColumn: ShownColumn = {
  ...monthColumn,
  meaning: "Month of the row's own time in UTC, as YYYY-MM: filter on it, and only its files are read.",
};

interface Shown {
  readonly columns: readonly ShownColumn[];
}

export const monthColumnOf = ({ columns }: Shown): ShownColumn =>
  columns.some(({ name }) => name === 'payment_id') ? monthColumn : ownMonthColumn;

/** What both the history table and the current view of a table show, in this order. */
export const shownColumns = (table: Shown): readonly ShownColumn[] => [...table.columns, monthColumnOf(table)];
