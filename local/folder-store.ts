import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TerminalError, TransientError } from '../lambdas/errors.ts';
import { ObjectGone, type ObjectStore, refuseForeignKeys, type StoredObject } from '../lambdas/load/object-store.ts';

/** The warehouse in a folder: an object's key is its path below `dir`, which need not be there yet. */
export const folderStore = (dir: string): ObjectStore => ({
  async list(prefix) {
    const objects: StoredObject[] = [];
    await explained(prefix, () => collect(dir, prefix, objects));
    return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
  },

  read: (key, start, end) => explained(key, () => readRange(join(dir, key), key, start, end)),

  putNew: (key, bytes) => explained(key, () => put(join(dir, key), key, bytes)),

  async delete(keys) {
    refuseForeignKeys(keys);
    for (const key of keys) await explained(key, () => unlink(join(dir, key)).catch(orIfMissing(undefined)));
  },
});

async function collect(dir: string, prefix: string, into: StoredObject[]): Promise<void> {
  for (const entry of await readdir(join(dir, prefix), { withFileTypes: true }).catch(orIfMissing([]))) {
    // Names that readers of a lake skip: temporary files, and folders that hold no objects.
    if (entry.name.startsWith('_') || entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) await collect(dir, `${prefix}${entry.name}/`, into);
    else {
      const key = prefix + entry.name;
      const found = await stat(join(dir, key)).catch(orIfMissing(undefined));
      if (found) into.push({ key, size: found.size });
    }
  }
}

async function readRange(path: string, key: string, start: number, end: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) {
        throw new TerminalError(`${key}: bytes ${start} to ${end} are not all there, it ends at ${start + filled}`);
      }
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** Written under another name and linked: the key never shows half an object, and never takes another's place. */
async function put(path: string, key: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  const firstMade = await mkdir(folder, { recursive: true });
  const temporary = join(folder, `_${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (digest(await readFile(path)) !== digest(bytes)) {
      throw new TerminalError(`${key}: no object is ever overwritten, and other bytes lie under this key already`);
    }
  } finally {
    await unlink(temporary).catch(() => {});
  }
  await syncFolders(folder, firstMade);
}

/** Makes the new name last through a power cut, and the names of folders made for it. */
async function syncFolders(folder: string, firstMade: string | undefined): Promise<void> {
  const last = firstMade ? dirname(firstMade) : folder;
  for (let path = folder; ; path = dirname(path)) {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (path === last || path === dirname(path)) return;
  }
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const orIfMissing =
  <T>(value: T) =>
  (error: unknown): T => {
    if (codeOf(error) === 'ENOENT') return value;
    throw error;
  };

async function explained<T>(key: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw explain(key, error);
  }
}

/** What an error of the file system means for the caller, on one line. */
export function explain(key: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new TransientError(`${key}: the disk is full (${code}): free some space, then run the same again`, {
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new TerminalError(`${key}: the lake's folder must be readable and writable, got ${code}`, {
        cause: error,
      });
    case 'ENOTDIR':
      return new TerminalError(`${key}: the lake must be a folder of folders, and a file lies in its way`, {
        cause: error,
      });
    case 'ENOENT':
      return new ObjectGone(`${key}: was listed and is gone: list again`, { cause: error });
    default:
      return new TransientError(`${key}: the file system refused with ${code}`, { cause: error });
  }
}
