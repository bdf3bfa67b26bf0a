import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TerminalError } from '../lambdas/errors.ts';
import { sources } from '../lambdas/sources/index.ts';
import { readLakeFile } from '../local/lake-json.ts';
import { LakeLock } from '../local/lake-lock.ts';

/** Lies in a lake that the quick start has made, so that it never takes another one for its own. */
const mark = '_quick-start.txt';

const markText = 'The quick start of payments-lake made this lake, and makes it anew each time it runs.\n';

/**
 * An empty folder for the quick start's lake; one it made before is deleted.
 *
 * @throws {TerminalError} for a folder the quick start did not make, or that holds more than its two accounts
 * @throws {TransientError} while another process has the lake
 */
export async function makeSampleLake(dir: string): Promise<void> {
  if (!(await isEmpty(dir))) {
    await refuseForeign(dir);
    const lock = await LakeLock.take(dir, 'quick start');
    await lock.release();
    await rm(dir, { recursive: true });
  }
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, mark), markText);
}

async function isEmpty(dir: string): Promise<boolean> {
  try {
    return (await readdir(dir)).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw new TerminalError(
      `the quick start makes its lake in the folder ${dir}, which can't be read (${(error as NodeJS.ErrnoException).code}): move what is there`,
    );
  }
}

async function refuseForeign(dir: string): Promise<void> {
  const marked = await readFile(join(dir, mark), 'utf8').catch(() => null);
  if (marked === null) {
    throw new TerminalError(
      `the quick start deletes only a lake it made itself, and did not make ${dir}: move or delete that folder, then run npm start again`,
    );
  }
  const held = Object.keys((await readLakeFile(dir))?.instances ?? {});
  const more = held.filter((instance) => sources.every(({ name }) => name !== instance));
  if (more.length > 0) {
    throw new TerminalError(
      `the quick start deletes only its own two accounts, and ${dir} also holds ${more.join(', ')}: move that folder, then run npm start again`,
    );
  }
}
