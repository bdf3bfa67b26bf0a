import { cpSync, existsSync, rmSync } from 'node:fs';
import { type AttributeValue, BatchWriteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { checkpointTableName } from '../../local/embedded-dynamodb.ts';
import type { SyncBench } from './sync-bench.ts';

type Lake = Pick<SyncBench, 'dir' | 'dynamo' | 'clock' | 'store'>;
type Item = Record<string, AttributeValue>;

async function itemsOf({ dynamo }: Lake): Promise<Item[]> {
  const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: checkpointTableName }));
  return Items;
}

const keyOf = ({ instance, item }: Item) => ({ instance, item }) as Item;

/** Makes one lake what another is now: its objects, its checkpoints, its hour. At most 25 checkpoints. */
export async function copyLake(from: Lake, to: Lake): Promise<void> {
  rmSync(to.dir, { recursive: true, force: true });
  if (existsSync(from.dir)) cpSync(from.dir, to.dir, { recursive: true });
  to.clock.at = from.clock.at;
  const [wanted, there] = [await itemsOf(from), await itemsOf(to)];
  const kept = new Set(wanted.map((item) => JSON.stringify(keyOf(item))));
  const gone = there.map(keyOf).filter((key) => !kept.has(JSON.stringify(key)));
  const requests = [
    ...wanted.map((Item) => ({ PutRequest: { Item } })),
    ...gone.map((Key) => ({ DeleteRequest: { Key } })),
  ];
  if (requests.length === 0) return;
  await to.dynamo.client.send(new BatchWriteItemCommand({ RequestItems: { [checkpointTableName]: requests } }));
}

/** All that the next process would find: objects, checkpoints, the hour. */
export async function stateOf(lake: Lake): Promise<string> {
  return JSON.stringify([lake.clock.at, await lake.store.list(''), await itemsOf(lake)]);
}
