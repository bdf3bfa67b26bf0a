import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { TransientError } from '../lambdas/errors.ts';
import { unreadable } from './lake-json.ts';

/** Who has a lake: its process, and where it serves the lake's checkpoints meanwhile. */
export interface LakeOwner {
  readonly pid: number;
  readonly command: string;
  /** `http://127.0.0.1:PORT`; null until it serves. */
  readonly address: string | null;
}

const ownerFile = (dir: string) => join(dir, 'checkpoints', 'owner.json');

/** What is held while a process has the lake; the system gives it back when the process dies, however it dies. */
export class LakeLock {
  readonly #level: ClassicLevel;
  readonly #dir: string;
  readonly #command: string;

  private constructor(level: ClassicLevel, dir: string, command: string) {
    this.#level = level;
    this.#dir = dir;
    this.#command = command;
  }

  /** @throws {TransientError} naming the pid and the command that have the lake; {TerminalError} when it can't be locked */
  static async take(dir: string, command: string): Promise<LakeLock> {
    try {
      return await LakeLock.#take(dir, command);
    } catch (error) {
      throw error instanceof TransientError ? error : unreadable(dir, (error as Error).cause ?? error);
    }
  }

  static async #take(dir: string, command: string): Promise<LakeLock> {
    const place = join(dir, 'checkpoints', 'lock');
    await mkdir(place, { recursive: true });
    // LevelDB's own lock: it dies with its process, which a pid file does not.
    const level = new ClassicLevel(place);
    try {
      await level.open();
    } catch (error) {
      if ((error as { cause?: { code?: string } }).cause?.code !== 'LEVEL_LOCKED') throw error;
      const owner = await readOwner(dir);
      const who = owner ? `process ${owner.pid} (payments-lake ${owner.command})` : 'another process';
      throw new TransientError(
        `${who} has the lake ${dir}: one sync per lake at a time; wait until it ends or end it, then run the command again`,
      );
    }
    const lock = new LakeLock(level, dir, command);
    await lock.announce(null);
    return lock;
  }

  /** Leaves word of who has the lake, and where it answers. */
  async announce(address: string | null): Promise<void> {
    const owner: LakeOwner = { pid: process.pid, command: this.#command, address };
    const draft = `${ownerFile(this.#dir)}.${process.pid}`;
    await writeFile(draft, JSON.stringify(owner));
    await rename(draft, ownerFile(this.#dir));
  }

  async release(): Promise<void> {
    await this.announce(null);
    await this.#level.close();
  }
}

/** Who has the lake, or had it last; null when nobody ever did. */
export async function readOwner(dir: string): Promise<LakeOwner | null> {
  try {
    return JSON.parse(await readFile(ownerFile(dir), 'utf8')) as LakeOwner;
  } catch {
    return null;
  }
}
