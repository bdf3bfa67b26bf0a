import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { CreateTableCommand, type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import {
  checkpointTableName,
  embeddedClient,
  makeCheckpointTable,
  startEmbeddedDynamoDb,
} from '../../local/embedded-dynamodb.ts';
import { emptyFolder } from '../support/lake-builder.ts';

const dir = emptyFolder();
afterAll(() => rmSync(dirname(dir), { recursive: true, force: true }));

/** A store in which a table is CREATING for so long. */
async function withSlowStore(createTableMs: number, use: (client: DynamoDBClient) => Promise<unknown>, path?: string) {
  const server = dynalite({ createTableMs, ...(path !== undefined && { path }) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = embeddedClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    await use(client);
  } finally {
    client.destroy();
    await new Promise<void>((done) => server.close(() => done()));
  }
}

const put = new PutItemCommand({
  TableName: checkpointTableName,
  Item: { instance: { S: 'commet' }, item: { S: 'instance' } },
});

test('a table that was asked for can be used at once', async () => {
  await withSlowStore(50, async (client) => {
    await makeCheckpointTable(client);
    await client.send(put);
  });
});

test('a lake whose process was killed while it made the table is opened by the next', async () => {
  const path = join(dir, 'checkpoints', 'data');
  mkdirSync(path, { recursive: true });
  const create = new CreateTableCommand({
    TableName: checkpointTableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'instance', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'instance', AttributeType: 'S' }],
  });
  // Closed before the table is ACTIVE: what lies on disk is what a SIGKILL leaves.
  await withSlowStore(500, (client) => client.send(create), path);
  const store = await startEmbeddedDynamoDb(dir);
  await store.client.send(put);
  await store.close();
  const again = await startEmbeddedDynamoDb(dir);
  const { Items } = await again.client.send(new ScanCommand({ TableName: checkpointTableName }));
  await again.close();
  expect(Items).toHaveLength(1);
});
