import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What a put of a killed process left behind; younger ones may belong to a process that is at work. */
const oldEnoughMs = 24 * 60 * 60_000;

/** Removes the temporary files of a lake that are older than a day. No reader looks at them: their names begin with `_`. */
export async function removeLeftovers(lake: string, now: number): Promise<number> {
  let removed = 0;
  for (const folder of ['warehouse', 'state']) {
    const entries = await readdir(join(lake, folder), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile() || !/^_.*\.tmp$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      const found = await stat(path).catch(() => null);
      if (!found || now - found.mtimeMs < oldEnoughMs) continue;
      await unlink(path).catch(() => {});
      removed++;
    }
  }
  return removed;
}
