import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { request as ask } from 'node:https';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { TerminalError } from '../../lambdas/errors.ts';
import { s3Store } from '../../lambdas/load/s3-store.ts';
import { bucket, clients, connection, store } from './stack.ts';

afterAll(() => clients.s3.destroy());

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textAt = async (key: string, length: number) => Buffer.from(await store.read(key, 0, length)).toString('utf8');

test('what was put is read back, whole and in part', async () => {
  await store.putNew('store-test/whole', bytesOf('0123456789'));
  expect(await textAt('store-test/whole', 10)).toBe('0123456789');
  expect(Buffer.from(await store.read('store-test/whole', 3, 6)).toString('utf8')).toBe('345');
});

test('a second put of the same bytes is a success (412, and the checksums agree), of other bytes is refused', async () => {
  await store.putNew('store-test/taken', bytesOf('first'));
  await expect(store.putNew('store-test/taken', bytesOf('first'))).resolves.toBeUndefined();
  const other = store.putNew('store-test/taken', bytesOf('other'));
  await expect(other).rejects.toThrow(TerminalError);
  await expect(other).rejects.toThrow('no object is ever overwritten');
  expect(await textAt('store-test/taken', 5)).toBe('first');
});

test('of two writers of one key one wins, and its bytes are there', async () => {
  const keys = Array.from({ length: 40 }, (_, number) => `store-test/race/${number}`);
  await Promise.all(
    keys.map(async (key) => {
      const texts = ['one writer', 'or another'];
      const puts = await Promise.allSettled(texts.map((text) => store.putNew(key, bytesOf(text))));
      const winners = texts.filter((_, index) => puts[index]?.status === 'fulfilled');
      expect({ key, winners: winners.length }).toEqual({ key, winners: 1 });
      expect(await textAt(key, 10)).toBe(winners[0]);
    }),
  );
});

/** More than S3 lists, or deletes, in one request. */
const total = 1_100;
const prefix = 'state/store-test/';

test('while objects are put, a list shows every one that was put before it was asked, once, whole, in key order', async () => {
  const body = bytesOf('x'.repeat(100));
  const put: string[] = [];
  let next = 0;
  const writer = async () => {
    while (next < total) {
      const key = `${prefix}${String(next++).padStart(5, '0')}`;
      await store.putNew(key, body);
      put.push(key);
    }
  };
  let isDone = false;
  const writers = Promise.all(Array.from({ length: 16 }, writer)).finally(() => {
    isDone = true;
  });
  let lists = 0;
  for (; !isDone; lists++) {
    const before = [...put];
    const listed = await store.list(prefix);
    const keys = listed.map(({ key }) => key);
    expect(keys).toEqual([...new Set(keys)].sort());
    expect(listed.filter(({ size }) => size !== 100)).toEqual([]);
    const seen = new Set(keys);
    expect(before.filter((key) => !seen.has(key))).toEqual([]);
  }
  await writers;
  expect(await store.list(prefix)).toHaveLength(total);
  expect(lists).toBeGreaterThan(2);
});

test('of more objects than one request deletes none is left; what was gone already is no error, what is not ours is refused', async () => {
  const keys = (await store.list(prefix)).map(({ key }) => key);
  expect(keys).toHaveLength(total);
  const [again = '', ...others] = keys;
  const kept = others.pop() as string;
  await store.delete([...others, again, `${prefix}never-there`]);
  expect(await store.list(prefix)).toEqual([{ key: kept, size: 100 }]);
  // A deleted name is free again.
  await store.putNew(again, bytesOf('again'));
  expect(await textAt(again, 5)).toBe('again');
  await expect(store.delete([kept, 'store-test/whole'])).rejects.toThrow(TerminalError);
  expect(await store.list(prefix)).toHaveLength(2);
});

test('names that begin with _ or . are not listed', async () => {
  for (const name of ['_hidden', '.hidden', 'shown']) await store.putNew(`store-test/names/${name}`, bytesOf('1'));
  expect(await store.list('store-test/names/')).toEqual([{ key: 'store-test/names/shown', size: 1 }]);
});

describe('a 409, which ministack never gives, laid over its real answers', () => {
  let proxy: Server;
  let throughProxy: S3Client;
  /** For the next puts: whether they reach ministack before the 409 is given. */
  const conflicts: ('lands' | 'is dropped')[] = [];

  beforeAll(async () => {
    const upstream = new URL(connection.endpoint);
    proxy = createServer((incoming, outgoing) => {
      const conflict = incoming.method === 'PUT' ? conflicts.shift() : undefined;
      const refuse = () => outgoing.writeHead(409).end('<Error><Code>ConditionalRequestConflict</Code></Error>');
      if (conflict === 'is dropped') {
        incoming.resume().on('end', refuse);
        return;
      }
      const { method, url, headers } = incoming;
      const onward = ask({ host: upstream.hostname, port: upstream.port, method, path: url, headers }, (answer) => {
        if (conflict) answer.resume().on('end', refuse);
        else answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, answer.headers));
      });
      onward.on('error', (error) => outgoing.destroy(error));
      incoming.pipe(onward);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    throughProxy = new S3Client({ ...connection, endpoint, forcePathStyle: true, maxAttempts: 1 });
  });

  afterAll(async () => {
    throughProxy.destroy();
    proxy.close();
    proxy.closeAllConnections();
  });

  const refusing = () => s3Store(throughProxy, bucket, async () => {});

  test('when the put had not landed, the next try puts it', async () => {
    conflicts.push('is dropped', 'is dropped');
    await refusing().putNew('store-test/conflict/1', bytesOf('mine'));
    expect(await textAt('store-test/conflict/1', 4)).toBe('mine');
  });

  test('when the put had landed, the next try meets a 412 with our own bytes: a success', async () => {
    conflicts.push('lands');
    await refusing().putNew('store-test/conflict/2', bytesOf('mine'));
    expect(await textAt('store-test/conflict/2', 4)).toBe('mine');
  });

  test("when another's put had landed, the next try meets a 412 with other bytes: refused", async () => {
    await store.putNew('store-test/conflict/3', bytesOf('theirs'));
    conflicts.push('is dropped');
    await expect(refusing().putNew('store-test/conflict/3', bytesOf('mine'))).rejects.toThrow(TerminalError);
    expect(await textAt('store-test/conflict/3', 6)).toBe('theirs');
  });
});
