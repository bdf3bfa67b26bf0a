import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
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
  await mkdir(path, { recursive: true });
  const server = dynalite({ path, createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = embeddedClient(address);
  await makeCheckpointTable(client);
  return {
    client,
    address,
    close: async () => {
      client.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

/** Makes the checkpoint table where there is none. */
export async function makeCheckpointTable(client: DynamoDBClient): Promise<void> {
  try {
    await client.send(new CreateTableCommand(checkpointTableShape));
  } catch (error) {
    if ((error as Error).name !== 'ResourceInUseException') throw error;
  }
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
