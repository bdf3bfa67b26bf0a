import { TerminalError, TransientError } from '../errors.ts';

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
  /**
   * Deletes objects; one that is not there is as good as deleted. Only compaction deletes: what it has superseded.
   *
   * @throws {TerminalError} before anything is deleted, for a key outside `warehouse/` and `state/`
   * @throws {TransientError} if the store refused or could not be reached; some of the objects may be gone
   */
  delete(keys: readonly string[]): Promise<void>;
}

/** What was listed was deleted before it was read, since something else holds its rows now: list again. */
export class ObjectGone extends TransientError {}

/** @throws {TerminalError} naming the first key that the warehouse has no right to delete */
export function refuseForeignKeys(keys: readonly string[]): void {
  for (const key of keys) {
    const isOurs = /^(warehouse|state)\/./.test(key) && key.split('/').every((part) => !/^\.{0,2}$/.test(part));
    if (!isOurs) throw new TerminalError(`only objects below warehouse/ and state/ are deleted, got the key ${key}`);
  }
}
