import { type AttributeValue, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { sayStoreError } from './store-error.ts';

/** Sort key of the item that holds an instance's budget, beside its checkpoints. */
export const budgetItem = 'budget';

/** A nightly that took no slot for so long takes none at the moment. */
const heartbeatMs = 5_000;

/** While a nightly takes slots, a backfill gets one in so long: it lives, and its next load comes. */
const trickleMs = 60_000;

/** A slot used later than this after its time is given up for another: two late ones could share a minute. */
const lateMs = 250;

export interface SharedBudgetOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly instance: string;
  /** Between any two requests of all processes. */
  readonly spacingMs: number;
  /** The nightly: backfills wait while it takes slots. */
  readonly goesFirst: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** @throws the signal's reason, as soon as it is aborted */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

interface Slots {
  /** Grows by one with every slot taken. */
  readonly version: number;
  /** When the last slot taken is, ms. */
  readonly slot: number;
  /** Until when a nightly is held to be at work, ms. */
  readonly nightlyUntil: number;
  /** When the last slot a backfill took is, ms. */
  readonly backfillAt: number;
}

const noSlots: Slots = { version: 0, slot: 0, nightlyUntil: 0, backfillAt: 0 };

/**
 * The request budget of one key, shared by all processes through one item of the checkpoint table: evenly spaced slots,
 * each reserved by one conditional write before it is waited for. Clocks are taken to agree to a fraction of a second;
 * an item left by a clock that is ahead delays by `mostAheadMs` once, and no more.
 */
export function sharedBudget(options: SharedBudgetOptions): { take(signal?: AbortSignal): Promise<void> } {
  const { spacingMs, goesFirst, now, sleep } = options;
  const mostAheadMs = Math.max(60_000, 16 * spacingMs);
  let known: Slots | null = null;
  let ownSlot = Number.NEGATIVE_INFINITY;

  /** How long a backfill lets the nightly go first; it looks again after. */
  const yieldMs = ({ nightlyUntil, backfillAt }: Slots, at: number): number => {
    const left = nightlyUntil - at;
    if (goesFirst || left <= 0 || left > mostAheadMs + heartbeatMs) return 0;
    return Math.max(0, Math.min(left, backfillAt + trickleMs - at));
  };

  const nextSlot = ({ slot }: Slots, at: number, leadMs: number): number => {
    const shared = Math.min(Math.max(slot + spacingMs, at + leadMs), at + mostAheadMs);
    return Math.ceil(Math.max(shared, Math.min(ownSlot, at) + spacingMs));
  };

  const take = async (signal?: AbortSignal): Promise<void> => {
    for (let leadMs = 0; ; ) {
      signal?.throwIfAborted();
      const slots: Slots = known ?? (await readSlots(options));
      known = slots;
      const at = now();
      const waitMs = yieldMs(slots, at);
      if (waitMs > 0) {
        known = null;
        await sleep(Math.ceil(waitMs), signal);
        continue;
      }
      const slot = nextSlot(slots, at, leadMs);
      const next: Slots = {
        version: slots.version + 1,
        slot,
        nightlyUntil: goesFirst ? slot + heartbeatMs : slots.nightlyUntil,
        backfillAt: goesFirst ? slots.backfillAt : slot,
      };
      known = (await writeSlots(options, slots.version, next)) ? next : null;
      if (!known) continue;
      ownSlot = slot;
      await sleep(Math.max(0, slot - now()), signal);
      const late = now() - slot;
      if (late <= lateMs) return;
      // The table answers slower than slots go by: the next one is reserved further ahead.
      leadMs = Math.min(mostAheadMs, Math.max(2 * leadMs, late));
    }
  };
  return { take };
}

const keyOf = ({ instance }: SharedBudgetOptions) => ({ instance: { S: instance }, item: { S: budgetItem } });

const names = ['version', 'slot', 'nightlyUntil', 'backfillAt'] as const;

async function readSlots(options: SharedBudgetOptions): Promise<Slots> {
  const { client, table } = options;
  const ask = new GetItemCommand({ TableName: table, Key: keyOf(options), ConsistentRead: true });
  const { Item = {} } = await client.send(ask).catch((error: unknown) => {
    throw sayStoreError(`the request budget in table ${table}`, error);
  });
  const slots = names.map((name) => [name, Number(Item[name]?.N ?? 0)] as const);
  return { ...noSlots, ...Object.fromEntries(slots.filter(([, value]) => Number.isFinite(value))) };
}

/** @returns false if another process took a slot meanwhile */
async function writeSlots(options: SharedBudgetOptions, version: number, next: Slots): Promise<boolean> {
  const { client, table } = options;
  const values: Record<string, AttributeValue> = { ':before': { N: String(version) } };
  for (const name of names) values[`:${name}`] = { N: String(next[name]) };
  const command = new UpdateItemCommand({
    TableName: table,
    Key: keyOf(options),
    UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}`,
    ConditionExpression: version === 0 ? 'attribute_not_exists(version) OR version = :before' : 'version = :before',
    ExpressionAttributeValues: values,
  });
  try {
    await client.send(command);
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw sayStoreError(`the request budget in table ${table}`, error);
  }
}
