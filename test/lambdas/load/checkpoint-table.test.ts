import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TakenOver, TerminalError, TransientError } from '../../../lambdas/errors.ts';
import { CheckpointTable, type Lease } from '../../../lambdas/load/checkpoint-table.ts';
import { checkpointTableName } from '../../../local/embedded-dynamodb.ts';
import { type AnswerLosingProxy, answerLosingProxy } from '../../support/answer-losing-proxy.ts';
import { type Checkpoints, closeCheckpoints, startCheckpoints } from '../../support/checkpoints.ts';
import { failure } from '../../support/test-client.ts';

let dynamo: Checkpoints;
let table: CheckpointTable;
let items = 0;
const closing: (() => void | Promise<void>)[] = [];
beforeAll(async () => {
  dynamo = await startCheckpoints();
  table = dynamo.table;
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(closeCheckpoints);

const newKey = () => ({ instance: 'commet', item: `sync#${++items}` });
const now = 1_000_000;
const lease = (owner: string, until = now + 60_000): Lease => ({ owner, until });

/** A table behind a proxy that loses answers, and a client that tries so often. */
async function behindProxy(maxAttempts: number): Promise<{ table: CheckpointTable; proxy: AnswerLosingProxy }> {
  const proxy = await answerLosingProxy(dynamo.address);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = new DynamoDBClient({ endpoint: proxy.address, region: 'local', credentials, maxAttempts });
  closing.push(() => client.destroy(), proxy.close);
  return { table: new CheckpointTable(client, checkpointTableName), proxy };
}

describe('a move', () => {
  test('makes an item, then moves it version by version, state and all', async () => {
    const key = newKey();
    expect(await table.read(key)).toBeNull();
    expect(await table.move(key, null, { load: 1 })).toBe(1);
    expect(await table.move(key, 1, { load: 2, text: 'ü\u0000 "' })).toBe(2);
    expect(await table.read(key)).toEqual({ ...key, version: 2, lease: null, state: { load: 2, text: 'ü\u0000 "' } });
  });

  test('from a version that is not the newest is taken over, and writes nothing', async () => {
    const key = newKey();
    await table.move(key, null, 'a');
    await table.move(key, 1, 'b');
    for (const version of [1, null, 7]) {
      const error = await failure(table.move(key, version, 'late'));
      expect(error).toBeInstanceOf(TakenOver);
      expect(error.message).toBe(`commet: the checkpoint ${key.item} was moved by another sync meanwhile`);
    }
    expect(await table.read(key)).toMatchObject({ version: 2, state: 'b' });
  });

  test('of many at once, one wins', async () => {
    const key = newKey();
    await table.move(key, null, 'begin');
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((state) => table.move(key, 1, state)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await table.read(key))?.version).toBe(2);
  });

  test.each([1, 2])('that landed and whose answer was lost is a success (%i tries)', async (tries) => {
    const { table: through, proxy } = await behindProxy(tries);
    const key = newKey();
    proxy.loseAnswerTo('UpdateItem');
    expect(await through.move(key, null, 'made')).toBe(1);
    proxy.loseAnswerTo('UpdateItem');
    expect(await through.move(key, 1, 'moved', lease('me'))).toBe(2);
    expect(proxy.lost()).toBe(2);
    expect(await table.read(key)).toMatchObject({ version: 2, state: 'moved', lease: { owner: 'me' } });
  });

  test('that another owner undercut while the answer was lost is taken over', async () => {
    const { table: through, proxy } = await behindProxy(2);
    const key = newKey();
    await through.move(key, null, 'made');
    await table.move(key, 1, 'theirs');
    proxy.loseAnswerTo('UpdateItem');
    expect(await failure(through.move(key, 1, 'ours'))).toBeInstanceOf(TakenOver);
    expect(await table.read(key)).toMatchObject({ version: 2, state: 'theirs' });
  });

  test('of a table that is not there is a TerminalError, of a store that is not there a TransientError', async () => {
    const lost = await failure(new CheckpointTable(dynamo.client, 'elsewhere').move(newKey(), null, 1));
    expect(lost).toBeInstanceOf(TerminalError);
    expect(lost.message).toMatch(/^the checkpoint table elsewhere refused: ResourceNotFoundException: /);
    const { table: through, proxy } = await behindProxy(1);
    await proxy.close();
    expect(await failure(through.move(newKey(), null, 1))).toBeInstanceOf(TransientError);
  });

  test('leaves the lease as it is, gives it up, or hands it over', async () => {
    const key = newKey();
    await table.move(key, null, 1);
    await table.takeLease(key, lease('me'), now);
    await table.move(key, 2, 2);
    expect((await table.read(key))?.lease).toEqual(lease('me'));
    await table.move(key, 3, 3, lease('token'));
    expect((await table.read(key))?.lease).toEqual(lease('token'));
    await table.move(key, 4, 4, null);
    expect((await table.read(key))?.lease).toBeNull();
  });
});

describe('a lease', () => {
  const made = async () => {
    const key = newKey();
    await table.move(key, null, { load: 1 });
    return key;
  };

  test('is taken, and moves the version, so that its last owner can move nothing any more', async () => {
    const key = await made();
    const mine = await table.takeLease<{ load: number }>(key, lease('me'), now);
    expect(mine).toEqual({ ...key, version: 2, lease: lease('me'), state: { load: 1 } });
    expect(await failure(table.move(key, 1, 'late'))).toBeInstanceOf(TakenOver);
  });

  test('of an item that is not there cannot be taken', async () => {
    expect(await table.takeLease(newKey(), lease('me'), now)).toBeNull();
  });

  test('that lives is nobody else’s', async () => {
    const key = await made();
    await table.takeLease(key, lease('me'), now);
    expect(await table.takeLease(key, lease('other'), now + 60_000)).toBeNull();
    expect(await table.read(key)).toMatchObject({ version: 2, lease: lease('me') });
  });

  test('that ran out is taken by the next', async () => {
    const key = await made();
    await table.takeLease(key, lease('me'), now);
    const theirs = lease('other', now + 120_001);
    expect(await table.takeLease(key, theirs, now + 60_001)).toMatchObject({ version: 3, lease: theirs });
  });

  test('renewed lives on, and version and state stay', async () => {
    const key = await made();
    await table.takeLease(key, lease('me'), now);
    expect(await table.renewLease(key, lease('me', now + 90_000))).toBe(true);
    expect(await table.read(key)).toMatchObject({ version: 2, state: { load: 1 }, lease: lease('me', now + 90_000) });
    expect(await table.takeLease(key, lease('other'), now + 80_000)).toBeNull();
  });

  test('that another took cannot be renewed, nor given up', async () => {
    const key = await made();
    await table.takeLease(key, lease('me'), now);
    await table.takeLease(key, lease('other', now + 200_000), now + 60_001);
    expect(await table.renewLease(key, lease('me', now + 300_000))).toBe(false);
    await table.giveUpLease(key, 'me');
    expect((await table.read(key))?.lease).toEqual(lease('other', now + 200_000));
    await table.giveUpLease(key, 'other');
    expect(await table.read(key)).toMatchObject({ version: 3, lease: null });
  });

  test('handed to a token is taken with it, and only with it', async () => {
    const key = await made();
    await table.move(key, 1, 'more', lease('token'));
    expect(await table.takeLease(key, lease('other'), now, ['another token'])).toBeNull();
    expect(await table.takeLease(key, lease('me'), now, ['token'])).toMatchObject({ lease: lease('me') });
    expect(await table.takeLease(key, lease('second'), now, ['token'])).toBeNull();
  });

  test('of two who come at once is taken by one', async () => {
    const key = await made();
    const taken = await Promise.all(['a', 'b', 'c'].map((owner) => table.takeLease(key, lease(owner), now)));
    const winners = taken.filter((each) => each !== null);
    expect(winners).toHaveLength(1);
    expect(await table.read(key)).toEqual(winners[0]);
  });

  test('whose answer was lost is taken all the same', async () => {
    const { table: through, proxy } = await behindProxy(2);
    const key = await made();
    proxy.loseAnswerTo('UpdateItem');
    expect(await through.takeLease(key, lease('me'), now)).toMatchObject({ lease: lease('me') });
    expect(await table.read(key)).toMatchObject({ lease: lease('me') });
  });

  test('that ran out before its taker looked at it is not the taker’s', async () => {
    const key = await made();
    // Frozen between the write and the read: another takes it meanwhile.
    const read = table.read.bind(table);
    const spy = jest.spyOn(table, 'read').mockImplementationOnce(async (which) => {
      spy.mockRestore();
      await table.takeLease(key, lease('other', now + 300_000), now + 60_001);
      return read(which) as never;
    });
    expect(await table.takeLease(key, lease('frozen'), now)).toBeNull();
    expect((await table.read(key))?.lease?.owner).toBe('other');
  });
});

test('items are read all together, or of one instance', async () => {
  const { table: own } = await startCheckpoints();
  await own.move({ instance: 'a', item: 'sync#1' }, null, 1);
  await own.move({ instance: 'a', item: 'instance' }, null, 2);
  await own.move({ instance: 'b', item: 'sync#1' }, null, 3);
  expect((await own.readAll()).map(({ state }) => state).sort()).toEqual([1, 2, 3]);
  expect((await own.readAll('a')).map(({ item }) => item).sort()).toEqual(['instance', 'sync#1']);
});

test('an item is taken away in the version it was read in, and left when somebody has moved it since', async () => {
  const key = newKey();
  const version = await table.move(key, null, { a: 1 });
  await table.move(key, version, { a: 2 });
  await table.remove(key, version);
  expect((await table.read(key))?.state).toEqual({ a: 2 });
  await table.remove(key, version + 1);
  expect(await table.read(key)).toBeNull();
  await table.remove(key, version + 1);
});
