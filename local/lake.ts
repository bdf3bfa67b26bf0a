import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TerminalError, TransientError, UsageError } from '../lambdas/errors.ts';
import { CheckpointTable } from '../lambdas/load/checkpoint-table.ts';
import type { PersonalDataMode } from '../lambdas/sources/personal-data.ts';
import type { Source } from '../lambdas/sources/source.ts';
import { hashedUnder, type PersonalData } from '../lambdas/transform/personal-data.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import {
  checkpointTableName,
  embeddedClient,
  makeCheckpointTable,
  startEmbeddedDynamoDb,
} from './embedded-dynamodb.ts';
import { refuseAmbiguousPath } from './lake-files.ts';
import { type LakeFile, readLakeFile, unreadable, writeLakeFile } from './lake-json.ts';
import { LakeLock, readOwner } from './lake-lock.ts';
import { makeFolder } from './make-folder.ts';
import { makeKey, readKey } from './personal-data-key.ts';

/** A lake that this process has to itself, with its checkpoints. */
export interface OpenLake {
  readonly checkpoints: CheckpointTable;
  /** How leases are held in these checkpoints. */
  readonly leasing: 'alone' | 'shared';
  /** What its syncs do with personal columns. */
  readonly personalData: PersonalData;
  close(): Promise<void>;
}

/** What a command asks of a lake's personal data. */
export interface PersonalDataWish {
  /** null: as the lake has it, and a new one keeps it. */
  readonly mode: PersonalDataMode | null;
  /** The command writes every payment anew, so that a lake may change. */
  readonly rewritesAll: boolean;
}

const asTheLakeHasIt: PersonalDataWish = { mode: null, rewritesAll: false };

/** Set, checkpoints lie in the DynamoDB it names, and processes share a lake by leases as they do in the cloud. */
const sharedStoreVariable = 'AWS_ENDPOINT_URL_DYNAMODB';

/**
 * Takes a lake for writing, and makes it where there is none.
 *
 * @param instances that will be synced: written down in the lake, so that `query` and `status` know them
 * @param known the registry
 * @throws {TransientError} when another process has it; {UsageError} for an instance of another API than before, or
 * for another way to hold personal data
 * @throws {TerminalError} when it was made by a newer version or can't be read
 */
export async function openLake(
  dir: string,
  command: string,
  instances: readonly Instance[],
  known: readonly Source[],
  env: Readonly<Record<string, string | undefined>> = {},
  wish: PersonalDataWish = asTheLakeHasIt,
): Promise<OpenLake> {
  refuseAmbiguousPath(dir);
  const before = await readLakeFile(dir);
  refuseWish(dir, before, wish);
  try {
    await makeFolder(dir);
  } catch (error) {
    throw unreadable(dir, error);
  }
  if (env[sharedStoreVariable]) return openShared(dir, before, instances, known, wish);
  const lock = await takeFromReaders(dir, command);
  try {
    // Read again: another process may have added an instance before this one had the lake.
    const personalData = await settle(dir, await readLakeFile(dir), instances, known, wish);
    const store = await startEmbeddedDynamoDb(dir);
    await lock.announce(store.address);
    return {
      checkpoints: new CheckpointTable(store.client, checkpointTableName),
      leasing: 'alone',
      personalData,
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
  wish: PersonalDataWish,
): Promise<OpenLake> {
  const personalData = await settle(dir, before, instances, known, wish);
  const client = new DynamoDBClient({});
  await makeCheckpointTable(client).catch((error: Error) => {
    client.destroy();
    throw new TransientError(
      `the DynamoDB that ${sharedStoreVariable} names can't be used: ${error.message}; check that address, AWS_REGION and the credentials, or unset it`,
    );
  });
  return {
    checkpoints: new CheckpointTable(client, checkpointTableName),
    leasing: 'shared',
    personalData,
    close: async () => client.destroy(),
  };
}

/** @throws {UsageError} when a lake is to hold personal data in another way, and not all of it is written anew */
function refuseWish(dir: string, file: LakeFile | null, { mode, rewritesAll }: PersonalDataWish): void {
  const held = file?.personalData ?? 'keep';
  if (file === null || mode === null || mode === held || rewritesAll) return;
  throw new UsageError(
    `the lake ${dir} was made with --personal-data ${held}, got ${mode}: add --backfill --rewrite and neither range nor filter, which writes everything anew (older versions stay in the history as they are), or make another lake`,
  );
}

/** Writes the lake's description, its key before it: a lake that says hash has one. */
async function settle(
  dir: string,
  before: LakeFile | null,
  instances: readonly Instance[],
  known: readonly Source[],
  wish: PersonalDataWish,
): Promise<PersonalData> {
  refuseWish(dir, before, wish);
  const held = before?.personalData ?? 'keep';
  const mode = wish.mode ?? held;
  if (mode === 'hash' && held !== 'hash') await makeKey(dir);
  const personalData: PersonalData = mode === 'hash' ? hashedUnder(await readKey(dir)) : { mode };
  await writeLakeFile(dir, before, instances, known, mode);
  return personalData;
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
    if (!(busy instanceof TransientError)) throw busy;
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

/**
 * The instances a lake holds.
 *
 * @throws {TerminalError} where there is no lake, and for what this version can't read
 */
export async function lakeInstances(dir: string, known: readonly Source[]): Promise<Instance[]> {
  const file = await readLakeFile(dir);
  if (file === null) throw new TerminalError(`no lake at ${dir}: check --lake, or run payments-lake sync first`);
  return Object.entries(file.instances).map(([name, api]) => {
    const source = known.find((each) => each.name === api);
    if (!source)
      throw new TerminalError(
        `the lake ${dir} has an instance '${name}' of the API '${api}', which this version does not know`,
      );
    return { name, source };
  });
}
