import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CheckpointTable } from '../../lambdas/load/checkpoint-table.ts';
import { s3Store } from '../../lambdas/load/s3-store.ts';
import { asFunction, endClients } from './as-function.ts';
import { instances } from './configuration.ts';
import { bucket, deployed, description, invoke } from './stack.ts';

/** What a function's own credentials may do: ministack weighs the role's policy at each request. */
const own = deployed(instances.killed);
const other = deployed(instances.backfilled);
const bytes = new TextEncoder().encode('x');

let s3: S3Client;
let dynamo: DynamoDBClient;
let secrets: SecretsManagerClient;
let lambda: LambdaClient;

beforeAll(async () => {
  // A function has its credentials once it was invoked; a wrong event begins nothing.
  await invoke(instances.killed, { mode: 'nothing' });
  ({ s3, dynamo, secrets, lambda } = await asFunction(own.functionName));
});
afterAll(endClients);

const store = () => s3Store(s3, bucket);
const checkpointTable = description.outputs.CheckpointTable as string;
const checkpoints = () => new CheckpointTable(dynamo, checkpointTable);
const denied = expect.objectContaining({ name: expect.stringContaining('AccessDenied') });

test('a function may read its own secret, and neither change it nor read another', async () => {
  const read = (SecretId: string) => secrets.send(new GetSecretValueCommand({ SecretId }));
  // Empty, or the key another test put there: allowed in either case.
  await read(own.secretId).catch((error: Error) => expect(error.name).toBe('ResourceNotFoundException'));
  await expect(read(other.secretId)).rejects.toEqual(denied);
  const change = new PutSecretValueCommand({ SecretId: own.secretId, SecretString: 'another key' });
  await expect(secrets.send(change)).rejects.toEqual(denied);
});

test("a function may add objects to its own tables, and neither delete them nor touch another's", async () => {
  const key = `warehouse/${own.instance}_payments/month=2015-01/_role-test`;
  await store().putNew(key, bytes);
  expect(await store().read(key, 0, 1)).toEqual(bytes);
  await expect(s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))).rejects.toEqual(denied);
  const others = `warehouse/${other.instance}_payments/`;
  await expect(store().putNew(`${others}month=2015-01/_role-test`, bytes)).rejects.toThrow('needs s3:PutObject');
  await expect(store().list(others)).rejects.toThrow('needs s3:ListBucket');
  await expect(store().list('')).rejects.toThrow('needs s3:ListBucket');
});

// That another instance's items are out of reach is dynamodb:LeadingKeys, which ministack does not weigh.
test('a function may read its own checkpoints, and not the whole table', async () => {
  await expect(checkpoints().readAll(own.instance)).resolves.toBeInstanceOf(Array);
  await expect(checkpoints().readAll()).rejects.toThrow('AccessDenied');
});

test('a function may invoke itself and no other', async () => {
  const invokeDry = (FunctionName: string) =>
    lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'DryRun', Payload: Buffer.from('{}') }));
  await expect(invokeDry(own.functionName)).resolves.toMatchObject({ StatusCode: 204 });
  await expect(invokeDry(other.functionName)).rejects.toEqual(denied);
});
