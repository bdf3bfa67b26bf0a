import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { TakenOver } from '../errors.ts';
import { sayStoreError } from './store-error.ts';

/** Where an item lies: partition key `instance`, sort key `item`. */
export interface ItemKey {
  readonly instance: string;
  readonly item: string;
}

export interface Lease {
  readonly owner: string;
  /** ms since 1970, by the owner's clock */
  readonly until: number;
}

export interface Stored<State> extends ItemKey {
  readonly state: State;
  /** Grows by one with every write but a lease's renewal. */
  readonly version: number;
  readonly lease: Lease | null;
}

/**
 * Items in DynamoDB, each moved by single conditional writes only: no transactions, so that dynalite serves as well
 * as DynamoDB. `state` is JSON text in one attribute; version, write id and lease are attributes of their own.
 *
 * @see protocol.md, "The checkpoint" and "Lease and hand-over"
 */
export class CheckpointTable {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read<State>(key: ItemKey): Promise<Stored<State> | null> {
    const answer = await this.#send(
      new GetItemCommand({ TableName: this.#table, Key: marshalKey(key), ConsistentRead: true }),
    );
    return answer.Item ? unmarshal<State>(answer.Item) : null;
  }

  /** Every item of one instance, or of the table, in no order: a few items an instance. */
  async readAll(instance?: string): Promise<Stored<unknown>[]> {
    const items: Stored<unknown>[] = [];
    const whole = { TableName: this.#table, ConsistentRead: true };
    // A function's role may read the items of its own instance only, which a scan of the table is not.
    const pages =
      instance === undefined
        ? paginateScan({ client: this.#client }, whole)
        : paginateQuery(
            { client: this.#client },
            {
              ...whole,
              KeyConditionExpression: 'instance = :instance',
              ExpressionAttributeValues: { ':instance': { S: instance } },
            },
          );
    try {
      for await (const page of pages) {
        for (const item of page.Items ?? []) items.push(unmarshal(item));
      }
    } catch (error) {
      throw this.#said(error);
    }
    return items;
  }

  /**
   * Writes an item's state if nobody moved it since `version`.
   *
   * @param version as it was read; null if there was no item
   * @param lease left out: as it is; null: given up; else handed over
   * @returns the item's new version
   * @throws {TakenOver} if another owner moved it meanwhile; nothing was written
   */
  async move(key: ItemKey, version: number | null, state: unknown, lease?: Lease | null): Promise<number> {
    const next = (version ?? 0) + 1;
    const writeId = randomUUID();
    const values: Record<string, AttributeValue> = {
      ':state': { S: JSON.stringify(state) },
      ':next': { N: String(next) },
      ':writeId': { S: writeId },
    };
    if (version !== null) values[':version'] = { N: String(version) };
    if (lease) Object.assign(values, leaseValues(lease));
    const set = `SET #state = :state, version = :next, writeId = :writeId${lease ? `, ${setLease}` : ''}`;
    const update = `${set}${lease === null ? ' REMOVE leaseOwner, leaseUntil' : ''}`;
    const condition = version === null ? 'attribute_not_exists(version)' : 'version = :version';
    const outcome = await this.#updateIf(key, update, { condition, values, names: { '#state': 'state' } }).catch(
      (error: Error) => error,
    );
    // A refusal, or no answer at all, may follow a write that landed.
    if (outcome === true || (await this.#wasWritten(key, writeId))) return next;
    if (outcome instanceof Error) throw outcome;
    throw new TakenOver(`${key.instance}: the checkpoint ${key.item} was moved by another sync meanwhile`);
  }

  /**
   * Takes the lease of an item that is there, if it is free, run out, or held by one of `owners` already. A taken
   * lease moves the version, so whoever held it before can move nothing any more.
   *
   * @returns the item as it stands under the new lease, or null while another owner's lease lives
   */
  async takeLease<State>(
    key: ItemKey,
    lease: Lease,
    now: number,
    owners: readonly string[] = [],
  ): Promise<Stored<State> | null> {
    const mine = [lease.owner, ...owners];
    const values: Record<string, AttributeValue> = {
      ':now': { N: String(now) },
      ':one': { N: '1' },
      ...leaseValues(lease),
    };
    for (const [index, owner] of mine.entries()) values[`:mine${index}`] = { S: owner };
    const owned = mine.map((_, index) => `:mine${index}`).join(', ');
    await this.#updateIf(key, `SET ${setLease} ADD version :one`, {
      condition: `attribute_exists(version) AND (attribute_not_exists(leaseUntil) OR leaseUntil < :now OR leaseOwner IN (${owned}))`,
      values,
    });
    // Read, since the answer may have been lost; and asked whose it is, since the lease may have run out in between.
    const stored = await this.read<State>(key);
    return stored?.lease?.owner === lease.owner ? stored : null;
  }

  /** Keeps a lease alive; touches neither version nor state. @returns false when another owner has it */
  renewLease(key: ItemKey, lease: Lease): Promise<boolean> {
    return this.#updateIf(key, `SET ${setLease}`, { condition: 'leaseOwner = :owner', values: leaseValues(lease) });
  }

  /** Gives a lease up, if it is still ours. */
  async giveUpLease(key: ItemKey, owner: string): Promise<void> {
    await this.#updateIf(key, 'REMOVE leaseOwner, leaseUntil', {
      condition: 'leaseOwner = :owner',
      values: { ':owner': { S: owner } },
    });
  }

  /** Takes an item away, if nobody moved it since `version`; one that is moved or gone is left as it is. */
  async remove(key: ItemKey, version: number): Promise<void> {
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: marshalKey(key),
      ConditionExpression: 'version = :version',
      ExpressionAttributeValues: { ':version': { N: String(version) } },
    });
    await this.#client.send(command).catch((error: Error) => {
      if (error.name !== 'ConditionalCheckFailedException') throw this.#said(error);
    });
  }

  async #wasWritten(key: ItemKey, writeId: string): Promise<boolean> {
    const { Item } = await this.#send(
      new GetItemCommand({ TableName: this.#table, Key: marshalKey(key), ConsistentRead: true }),
    );
    return Item?.writeId?.S === writeId;
  }

  /** @returns false when the condition did not hold */
  async #updateIf(
    key: ItemKey,
    update: string,
    {
      condition,
      values,
      names,
    }: { condition: string; values: Record<string, AttributeValue>; names?: Record<string, string> },
  ): Promise<boolean> {
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: marshalKey(key),
      UpdateExpression: update,
      ConditionExpression: condition,
      ExpressionAttributeValues: values,
      ...(names && { ExpressionAttributeNames: names }),
    });
    try {
      await this.#client.send(command);
      return true;
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return false;
      throw this.#said(error);
    }
  }

  async #send(command: GetItemCommand) {
    try {
      return await this.#client.send(command);
    } catch (error) {
      throw this.#said(error);
    }
  }

  #said(error: unknown): Error {
    return sayStoreError(`the checkpoint table ${this.#table}`, error);
  }
}

const setLease = 'leaseOwner = :owner, leaseUntil = :until';

const leaseValues = (lease: Lease): Record<string, AttributeValue> => ({
  ':owner': { S: lease.owner },
  ':until': { N: String(lease.until) },
});

const marshalKey = ({ instance, item }: ItemKey) => ({ instance: { S: instance }, item: { S: item } });

function unmarshal<State>(item: Record<string, AttributeValue>): Stored<State> {
  const owner = item.leaseOwner?.S;
  return {
    instance: item.instance?.S ?? '',
    item: item.item?.S ?? '',
    state: JSON.parse(item.state?.S ?? 'null') as State,
    version: Number(item.version?.N ?? 0),
    lease: owner === undefined ? null : { owner, until: Number(item.leaseUntil?.N) },
  };
}
