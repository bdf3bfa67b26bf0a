import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { CheckpointTable } from '../../lambdas/load/checkpoint-table.ts';
import { checkpointTableName, embeddedClient, makeCheckpointTable } from '../../local/embedded-dynamodb.ts';

export interface Checkpoints {
  readonly client: DynamoDBClient;
  readonly address: string;
  readonly table: CheckpointTable;
}

const running: { server: Server; client: DynamoDBClient }[] = [];

/** An empty checkpoint table in a dynalite of its own, in memory, behind the real SDK client. */
export async function startCheckpoints(): Promise<Checkpoints> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = embeddedClient(address);
  running.push({ server, client });
  await makeCheckpointTable(client);
  return { client, address, table: new CheckpointTable(client, checkpointTableName) };
}

/** For `afterEach` or `afterAll`. */
export async function closeCheckpoints(): Promise<void> {
  for (const { server, client } of running.splice(0)) {
    client.destroy();
    await new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  }
}
