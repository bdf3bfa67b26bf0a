/** What comparisons with the API came to, counted while they are made, whether they hold or not. */
export interface Tally {
  /** Payments of the API that were looked for in the current views. */
  compared: number;
  /** Of them not there; and, by a reader, payments that were shown and are not any more. */
  lost: number;
  /** Rows of payments that stood there beside another one of the same payment. */
  doubled: number;
  /** Payments there, but not equal in every field. */
  differing: number;
}

export const noTally = (): Tally => ({ compared: 0, lost: 0, doubled: 0, differing: 0 });
