import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

/** Name of a lake's checkpoint table. */
export const checkpointTableName = 'checkpoints';

export interface EmbeddedDynamoDb {
  readonly client: DynamoDBClient;
  /** Where it answers on loopback, for `status` beside a sync. */
  readonly address: string;
  close(): Promise<void>;
}

/** A client for an embedded store at `address`. Credentials are asked for by the protocol and checked by nobody. */
export const embeddedClient = (address: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint: address,
    region: 'local',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  });

/**
 * Starts dynalite on loopback over the lake's own data and makes the checkpoint table in it. What it has answered
 * survives a SIGKILL. Call only under the lake's lock: a second opening would crash the process.
 */
export async function startEmbeddedDynamoDb(dir: string): Promise<EmbeddedDynamoDb> {
  const path = join(dir, 'checkpoints', 'data');
  const isNew = (await mkdir(path, { recursive: true })) !== undefined;
  const store = await serve(path);
  if (!isNew && (await isHalfMade(store.client))) {
    await store.close();
    await rm(path, { recursive: true });
    return startEmbeddedDynamoDb(dir);
  }
  await makeCheckpointTable(store.client);
  return store;
}

async function serve(path: string): Promise<EmbeddedDynamoDb> {
  const server = dynalite({ path, createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = embeddedClient(address);
  return {
    client,
    address,
    close: async () => {
      client.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

/** Whether a process was killed while it made the table: dynalite never ends that, and no item was ever in it. */
async function isHalfMade(client: DynamoDBClient): Promise<boolean> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: checkpointTableName }));
    return Table?.TableStatus === 'CREATING';
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    return false;
  }
}

/** Makes the checkpoint table where there is none; it can be used from then on. */
export async function makeCheckpointTable(client: DynamoDBClient): Promise<void> {
  try {
    await client.send(new CreateTableCommand(checkpointTableShape));
  } catch (error) {
    if ((error as Error).name !== 'ResourceInUseException') throw error;
  }
  // The answer comes before the table is ACTIVE. Delays are in seconds.
  const waiting = { client, minDelay: 0.005, maxDelay: 1, maxWaitTime: 30 };
  await waitUntilTableExists(waiting, { TableName: checkpointTableName });
}

const checkpointTableShape: CreateTableCommandInput = {
  TableName: checkpointTableName,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'instance', KeyType: 'HASH' },
    { AttributeName: 'item', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'instance', AttributeType: 'S' },
    { AttributeName: 'item', AttributeType: 'S' },
  ],
};
