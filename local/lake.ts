import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TerminalError, TransientError, UsageError } from '../lambdas/errors.ts';
import { CheckpointTable } from '../lambdas/load/checkpoint-table.ts';
import type { Source } from '../lambdas/sources/source.ts';
import { type Instance, refuseWrongInstances } from '../lambdas/warehouse/instance.ts';
import {
  checkpointTableName,
  embeddedClient,
  makeCheckpointTable,
  startEmbeddedDynamoDb,
} from './embedded-dynamodb.ts';
import { LakeLock, readOwner } from './lake-lock.ts';
import { makeFolder } from './make-folder.ts';

/** What a lake says of itself, in `lake.json`. */
interface LakeFile {
  /** Grows when an older payments-lake could no longer read or write the lake rightly. */
  readonly format: number;
  /** Name of each instance → name of its payments API. */
  readonly instances: Readonly<Record<string, string>>;
}

const format = 1;

/** A lake that this process has to itself, with its checkpoints. */
export interface OpenLake {
  readonly checkpoints: CheckpointTable;
  /** How leases are held in these checkpoints. */
  readonly leasing: 'alone' | 'shared';
  close(): Promise<void>;
}

/** Set, checkpoints lie in the DynamoDB it names, and processes share a lake by leases as they do in the cloud. */
const sharedStoreVariable = 'AWS_ENDPOINT_URL_DYNAMODB';

/**
 * Takes a lake for writing, and makes it where there is none.
 *
 * @param instances that will be synced: written down in the lake, so that `query` and `status` know them
 * @param known the registry
 * @throws {TransientError} when another process has it; {UsageError} for an instance of another API than before
 * @throws {TerminalError} when it was made by a newer version or can't be read
 */
export async function openLake(
  dir: string,
  command: string,
  instances: readonly Instance[],
  known: readonly Source[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<OpenLake> {
  const before = await readLakeFile(dir);
  try {
    await makeFolder(dir);
  } catch (error) {
    throw unreadable(dir, error);
  }
  if (env[sharedStoreVariable]) return openShared(dir, before, instances, known);
  const lock = await takeFromReaders(dir, command).catch((error: NodeJS.ErrnoException) => {
    throw error.code?.startsWith('E') ? unreadable(dir, error) : error;
  });
  try {
    // Read again: another process may have added an instance before this one had the lake.
    await addInstances(dir, await readLakeFile(dir), instances, known);
    const store = await startEmbeddedDynamoDb(dir);
    await lock.announce(store.address);
    return {
      checkpoints: new CheckpointTable(store.client, checkpointTableName),
      leasing: 'alone',
      close: async () => {
        await store.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release().catch(() => {});
    throw error;
  }
}

/** How often, and how long apart, a lake is asked for that only a reader has, or that its owner is just opening. */
const lockTries = { most: 50, everyMs: 100 };

/** Takes the lake's lock; a `status` that has it for a moment is waited for, a sync is not. */
async function takeFromReaders(dir: string, command: string): Promise<LakeLock> {
  for (let tries = 1; ; tries++) {
    try {
      return await LakeLock.take(dir, command);
    } catch (busy) {
      const owner = busy instanceof TransientError ? await readOwner(dir) : null;
      const isPassing = owner !== null && (owner.command === 'status' || owner.address === null);
      if (!isPassing || tries === lockTries.most) throw busy;
      await sleep(lockTries.everyMs);
    }
  }
}

async function openShared(
  dir: string,
  before: LakeFile | null,
  instances: readonly Instance[],
  known: readonly Source[],
): Promise<OpenLake> {
  await addInstances(dir, before, instances, known);
  const client = new DynamoDBClient({});
  await makeCheckpointTable(client);
  return {
    checkpoints: new CheckpointTable(client, checkpointTableName),
    leasing: 'shared',
    close: async () => client.destroy(),
  };
}

/**
 * A lake's checkpoints for reading: from the process that has the lake while one has it, else from the store itself.
 *
 * @returns null where no sync ever ran
 */
export async function readCheckpoints<T>(
  dir: string,
  read: (table: CheckpointTable) => Promise<T>,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<T | null> {
  if ((await readLakeFile(dir)) === null) return null;
  if (env[sharedStoreVariable]) {
    const client = new DynamoDBClient({});
    return read(new CheckpointTable(client, checkpointTableName)).finally(() => client.destroy());
  }
  let lock: LakeLock;
  try {
    lock = await takeFromReaders(dir, 'status');
  } catch (busy) {
    if (!(busy instanceof TransientError)) throw unreadable(dir, busy);
    const address = (await readOwner(dir))?.address;
    if (!address) throw busy;
    const client = embeddedClient(address);
    return read(new CheckpointTable(client, checkpointTableName)).finally(() => client.destroy());
  }
  const store = await startEmbeddedDynamoDb(dir);
  try {
    return await read(new CheckpointTable(store.client, checkpointTableName));
  } finally {
    await store.close();
    await lock.release();
  }
}

/** The instances a lake holds; none where there is no lake yet. */
export async function lakeInstances(dir: string, known: readonly Source[]): Promise<Instance[]> {
  const file = await readLakeFile(dir);
  return Object.entries(file?.instances ?? {}).map(([name, api]) => {
    const source = known.find((each) => each.name === api);
    if (!source)
      throw new TerminalError(
        `the lake ${dir} has an instance '${name}' of the API '${api}', which this version does not know`,
      );
    return { name, source };
  });
}

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
  if (file.format > format) {
    throw new TerminalError(
      `the lake ${dir} was made by a newer payments-lake (format ${file.format}; this one knows ${format}): update payments-lake`,
    );
  }
  return file;
}

/** @returns null for what no version of payments-lake writes; of a newer one only the format is looked at */
function asLakeFile(text: string): LakeFile | null {
  try {
    const file = JSON.parse(text) as LakeFile | null;
    if (!Number.isInteger(file?.format)) return null;
    const isKnown = (file as LakeFile).format <= format;
    const names = Object.values(file?.instances ?? { none: null });
    return isKnown && names.some((api) => typeof api !== 'string') ? null : file;
  } catch {
    return null;
  }
}

async function addInstances(
  dir: string,
  before: LakeFile | null,
  instances: readonly Instance[],
  known: readonly Source[],
) {
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
  if (before && Object.keys(all).length === Object.keys(held).length) return;
  const draft = join(dir, `_lake.json.${process.pid}`);
  // Flushed: after a power cut the name must not stand over nothing.
  await writeFile(draft, `${JSON.stringify({ format, instances: all } satisfies LakeFile, null, 2)}\n`, {
    flush: true,
  });
  await rename(draft, join(dir, 'lake.json'));
}

const unreadable = (dir: string, error: unknown): TerminalError =>
  new TerminalError(
    `the lake ${dir} can't be used: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}; check the folder and its permissions`,
  );
