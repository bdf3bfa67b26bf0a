import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TerminalError, UsageError } from '../lambdas/errors.ts';
import { type PersonalDataMode, personalDataModes } from '../lambdas/sources/personal-data.ts';
import type { Source } from '../lambdas/sources/source.ts';
import { type Instance, refuseWrongInstances } from '../lambdas/warehouse/instance.ts';

/** What a lake says of itself, in `lake.json`. */
export interface LakeFile {
  /** Grows when an older payments-lake could no longer read or write the lake rightly. */
  readonly format: number;
  /** Name of each instance → name of its payments API. */
  readonly instances: Readonly<Record<string, string>>;
  /** What is done with personal columns; absent: they are kept. */
  readonly personalData?: PersonalDataMode;
}

/** The newest that is known. A lake that keeps personal data has format 1: the version before could read it too. */
const newestFormat = 2;

/** Written by a version that knows no personalData, values would come into a lake that is to have none. */
const formatOf = (personalData: PersonalDataMode): number => (personalData === 'keep' ? 1 : 2);

/** @returns null where there is no lake */
export async function readLakeFile(dir: string): Promise<LakeFile | null> {
  let text: string;
  try {
    if (!(await stat(dir)).isDirectory()) throw new UsageError(`a lake is a folder, got the file ${dir}`);
    text = await readFile(join(dir, 'lake.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error instanceof UsageError ? error : unreadable(dir, error);
  }
  const file = asLakeFile(text);
  if (!file) {
    throw new TerminalError(
      `${join(dir, 'lake.json')} is no description of a lake: the lake was damaged; put the file back from a backup`,
    );
  }
  if (file.format > newestFormat) {
    throw new TerminalError(
      `the lake ${dir} was made by a newer payments-lake (format ${file.format}; this one knows ${newestFormat}): update payments-lake`,
    );
  }
  return file;
}

/** @returns null for what no version of payments-lake writes; of a newer one only the format is looked at */
function asLakeFile(text: string): LakeFile | null {
  try {
    const file = JSON.parse(text) as LakeFile | null;
    if (!Number.isInteger(file?.format)) return null;
    const isKnown = (file as LakeFile).format <= newestFormat;
    const names = Object.values(file?.instances ?? { none: null });
    const isMode = personalDataModes.some((mode) => mode === (file?.personalData ?? 'keep'));
    return isKnown && (!isMode || names.some((api) => typeof api !== 'string')) ? null : file;
  } catch {
    return null;
  }
}

/**
 * Writes down what will be synced, and how personal data is held.
 *
 * @throws {UsageError} for an instance of another API than before
 */
export async function writeLakeFile(
  dir: string,
  before: LakeFile | null,
  instances: readonly Instance[],
  known: readonly Source[],
  personalData: PersonalDataMode,
): Promise<void> {
  const held = before?.instances ?? {};
  for (const { name, source } of instances) {
    const api = held[name];
    if (api !== undefined && api !== source.name) {
      throw new UsageError(
        `instance '${name}' of the lake ${dir} is of the API ${api}, got ${source.name}: choose another name`,
      );
    }
  }
  const all = { ...held, ...Object.fromEntries(instances.map(({ name, source }) => [name, source.name])) };
  refuseWrongInstances(
    Object.entries(all).flatMap(([name, api]) =>
      known.filter((source) => source.name === api).map((source) => ({ name, source })),
    ),
    known,
  );
  const isSameMode = personalData === (before?.personalData ?? 'keep');
  if (before && isSameMode && Object.keys(all).length === Object.keys(held).length) return;
  const file: LakeFile = {
    format: formatOf(personalData),
    instances: all,
    ...(personalData !== 'keep' && { personalData }),
  };
  const draft = join(dir, `_lake.json.${process.pid}`);
  // Flushed: after a power cut the name must not stand over nothing.
  await writeFile(draft, `${JSON.stringify(file, null, 2)}\n`, {
    flush: true,
  });
  await rename(draft, join(dir, 'lake.json'));
}

/** @param error of the file system, told by its code, or of LevelDB, whose own words name file and reason */
export function unreadable(dir: string, error: unknown): TerminalError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code?.startsWith('E') ? code : message;
  return new TerminalError(`the lake ${dir} can't be used: ${why}; check the folder and its permissions`);
}
