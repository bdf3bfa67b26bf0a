import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CheckpointTable } from '../../lambdas/load/checkpoint-table.ts';
import type { ObjectStore } from '../../lambdas/load/object-store.ts';
import { s3Store } from '../../lambdas/load/s3-store.ts';
import { sources } from '../../lambdas/sources/index.ts';
import type { SyncAnswer } from '../../lambdas/sync/answer.ts';
import type { SyncState } from '../../lambdas/sync/sync-state.ts';
import { tablesOf } from '../../lambdas/warehouse/history-tables.ts';
import type { Instance } from '../../lambdas/warehouse/instance.ts';
import { tablePrefix } from '../../lambdas/warehouse/keys.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { expectLakeEquals } from '../support/lake-records.ts';
import type { InstanceName } from './configuration.ts';
import { describedStack } from './stack-description.ts';
import { until } from './step.ts';

const description = describedStack();

/** Credentials, region and endpoint of the emulator, given and not found: nothing can reach an account of AWS. */
const connection = {
  endpoint: description.env.AWS_ENDPOINT_URL as string,
  region: description.env.AWS_REGION as string,
  credentials: {
    accessKeyId: description.env.AWS_ACCESS_KEY_ID as string,
    secretAccessKey: description.env.AWS_SECRET_ACCESS_KEY as string,
  },
};

const clients = {
  s3: new S3Client({ ...connection, forcePathStyle: true }),
  dynamo: new DynamoDBClient(connection),
  // A second try would be a second sync.
  lambda: new LambdaClient({ ...connection, maxAttempts: 1 }),
  secrets: new SecretsManagerClient(connection),
};

export const bucket = description.outputs.Bucket as string;
export const store: ObjectStore = s3Store(clients.s3, bucket);
export const checkpoints = new CheckpointTable(clients.dynamo, description.outputs.CheckpointTable as string);
export { clients, connection, description };

/** One line of the stack's output `Instances`. */
interface Deployed {
  readonly instance: string;
  readonly api: string;
  readonly functionName: string;
  readonly secretId: string;
}

export function deployed(name: InstanceName): Deployed & { readonly instanceOf: Instance } {
  const all = JSON.parse(description.outputs.Instances as string) as Deployed[];
  const found = all.find(({ instance }) => instance === name);
  const source = sources.find((each) => each.name === found?.api);
  if (!found || !source) throw new Error(`the stack has no instance ${name}`);
  return { ...found, instanceOf: { name, source } };
}

export async function putKey(name: InstanceName, key: string): Promise<void> {
  await clients.secrets.send(new PutSecretValueCommand({ SecretId: deployed(name).secretId, SecretString: key }));
}

/** Invokes the instance's function and waits for its answer. @throws what it threw */
export async function invoke(name: InstanceName, event: unknown): Promise<SyncAnswer> {
  const { functionName } = deployed(name);
  const { FunctionError, Payload } = await clients.lambda.send(
    new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) }),
  );
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString('utf8')) as SyncAnswer & { errorMessage?: string };
  if (FunctionError) throw new Error(answer.errorMessage ?? 'the function failed');
  return answer;
}

/** As Scheduler does it: the event is queued, and tried again when the function fails. */
export async function invokeAsync(name: InstanceName, event: unknown): Promise<void> {
  const command = { FunctionName: deployed(name).functionName, InvocationType: 'Event' } as const;
  await clients.lambda.send(new InvokeCommand({ ...command, Payload: Buffer.from(JSON.stringify(event)) }));
}

/** Checkpoint of one sync; null before there is one. */
export async function syncState(name: InstanceName, item: string): Promise<SyncState | null> {
  return (await checkpoints.read<SyncState>({ instance: name, item }))?.state ?? null;
}

/** Waits until the sync of an item is done. */
export const untilDone = (name: InstanceName, item: string, seconds: number): Promise<SyncState> =>
  until(`${item} of ${name} to be done`, seconds, async () => {
    const state = await syncState(name, item);
    return state?.phase === 'done' && state.finishedAt !== null && state;
  });

/** Downloads an instance's part of the warehouse: the folder is a lake. */
export async function downloadLake(name: InstanceName): Promise<string> {
  const dir = await mkdtemp(join(description.folder, 'lake-'));
  const tables = tablesOf(deployed(name).instanceOf);
  const objects = (await Promise.all(tables.map((table) => store.list(tablePrefix(table.name))))).flat();
  const some = async () => {
    for (let next = objects.pop(); next; next = objects.pop()) {
      const path = join(dir, next.key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, await store.read(next.key, 0, next.size));
    }
  };
  await Promise.all(Array.from({ length: 8 }, some));
  return dir;
}

/** What lies on S3, read with DuckDB, is what the API has: every payment once, every field. */
export async function expectWarehouseEquals(name: InstanceName, api: SampleApi): Promise<void> {
  await expectLakeEquals(await downloadLake(name), deployed(name).instanceOf, api);
}
