import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of all files of a lake, whatever they are. */
export const lakeFiles = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
