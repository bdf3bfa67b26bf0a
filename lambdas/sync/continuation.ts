/** How an invocation finds the sync that the one before left, out of time, with pages left. */
export interface Continuation {
  /** The lease was handed to it. */
  readonly token: string;
  /** 1 for the second invocation of a sync. */
  readonly number: number;
  readonly syncId: string;
}
