import { randomBytes } from 'node:crypto';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TerminalError } from '../lambdas/errors.ts';
import { isPersonalDataKey } from '../lambdas/transform/personal-data.ts';

/** The key a lake's personal data is hashed under: 64 hex digits in a file that its owner alone may read. */
export const keyFile = (dir: string): string => join(dir, 'personal-data.key');

/** Makes the key where there is none; one that is there stays. */
export async function makeKey(dir: string): Promise<void> {
  const draft = join(dir, `_personal-data.key.${process.pid}`);
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString('hex')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  // Not a rename: it would take the place of a key that is there.
  await link(draft, keyFile(dir)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(draft);
}

/** @throws {TerminalError} when it is missing, no key, or may be read by others; never with what it holds */
export async function readKey(dir: string): Promise<string> {
  const path = keyFile(dir);
  const { mode } = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw unreadable(path, error);
    throw new TerminalError(
      `${path} is missing: personal data of this lake is hashed under it, and under another one nobody would be found again; put it back from a backup`,
    );
  });
  // Windows has no such bits.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new TerminalError(
      `${path} must be for its owner alone (mode 600), got mode ${(mode & 0o777).toString(8)}: chmod 600 ${path}; who read it can find out whose a hash is`,
    );
  }
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
  const key = text.trim();
  if (isPersonalDataKey(key)) return key;
  throw new TerminalError(
    `${path} must be 64 hex digits, got ${key.length} other characters: put it back from a backup`,
  );
}

const unreadable = (path: string, { code }: NodeJS.ErrnoException): TerminalError =>
  new TerminalError(`${path} can't be read: ${code ?? 'unknown error'}; check its permissions`);
