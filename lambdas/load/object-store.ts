/** An object as a listing shows it. */
export interface StoredObject {
  readonly key: string;
  /** bytes */
  readonly size: number;
}

/** Where the warehouse's files lie: S3 in the cloud, a folder on a laptop. */
export interface ObjectStore {
  /** All objects whose key begins with `prefix` (which ends with '/'), in key order; names that begin with '_' are left out. */
  list(prefix: string): Promise<readonly StoredObject[]>;
  /** Bytes `start` (inclusive) to `end` (exclusive) of an object. */
  read(key: string, start: number, end: number): Promise<Uint8Array>;
  /**
   * Puts a new object whole, or nothing. Never overwrites: a key that is there already with the same bytes is a
   * success (the answer to an earlier try was lost).
   *
   * @throws {TerminalError} if other bytes lie under the key
   * @throws {TransientError} if the store refused or could not be reached; nothing lies under the key, or all of it
   */
  putNew(key: string, bytes: Uint8Array): Promise<void>;
}
