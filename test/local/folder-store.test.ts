import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerminalError, TransientError } from '../../lambdas/errors.ts';
import { ObjectGone } from '../../lambdas/load/object-store.ts';
import { explain, folderStore } from '../../local/folder-store.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'payments-lake-store-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const month = 'warehouse/commet_payments/month=2026-07/';

test('an object lies in the folder under its key, byte for byte', async () => {
  await folderStore(dir).putNew(`${month}a.parquet`, bytes('PAR1'));
  expect(readFileSync(join(dir, month, 'a.parquet'), 'utf8')).toBe('PAR1');
});

test('the folder is made by the first object', async () => {
  const store = folderStore(join(dir, 'new', 'lake'));
  await store.putNew(`${month}a.parquet`, bytes('PAR1'));
  expect(await store.list('warehouse/')).toEqual([{ key: `${month}a.parquet`, size: 4 }]);
});

test('a put leaves no temporary file behind', async () => {
  await folderStore(dir).putNew(`${month}a.parquet`, bytes('PAR1'));
  expect(readdirSync(join(dir, month))).toEqual(['a.parquet']);
});

test('the same bytes put again under a key are a success', async () => {
  const store = folderStore(dir);
  await store.putNew('a', bytes('same'));
  await store.putNew('a', bytes('same'));
  expect(readdirSync(dir)).toEqual(['a']);
});

test('other bytes under a key are refused, and what lies there stays', async () => {
  const store = folderStore(dir);
  await store.putNew('a', bytes('first'));
  await expect(store.putNew('a', bytes('other'))).rejects.toThrow(TerminalError);
  await expect(store.putNew('a', bytes('other'))).rejects.toThrow('a: no object is ever overwritten');
  expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('first');
  expect(readdirSync(dir)).toEqual(['a']);
});

test('of many puts of one key at once one wins, and only those with its bytes succeed', async () => {
  const store = folderStore(dir);
  const puts = await Promise.allSettled(
    Array.from({ length: 16 }, (_, i) => store.putNew('a', bytes(`writer ${i % 2}`))),
  );
  const winner = readFileSync(join(dir, 'a'), 'utf8');
  expect(puts.map(({ status }) => status)).toEqual(
    Array.from({ length: 16 }, (_, i) => (winner === `writer ${i % 2}` ? 'fulfilled' : 'rejected')),
  );
});

test('a list is in key order, through all folders below the prefix', async () => {
  const store = folderStore(dir);
  for (const key of ['w/b/2', 'w/a/1', 'w/a-b/1', 'other/1']) await store.putNew(key, bytes(key));
  expect((await store.list('w/')).map(({ key }) => key)).toEqual(['w/a-b/1', 'w/a/1', 'w/b/2']);
});

test('a list of what is not there is empty', async () => {
  expect(await folderStore(dir).list('warehouse/nothing/')).toEqual([]);
  expect(await folderStore(join(dir, 'no-lake')).list('warehouse/')).toEqual([]);
});

test('names that begin with _ or . are not listed: what a killed process left is harmless', async () => {
  mkdirSync(join(dir, month, '_work'), { recursive: true });
  writeFileSync(join(dir, month, '_01934f2e.tmp'), 'half of a file');
  writeFileSync(join(dir, month, '.DS_Store'), '');
  writeFileSync(join(dir, month, '_work', 'x'), '');
  const store = folderStore(dir);
  await store.putNew(`${month}a.parquet`, bytes('PAR1'));
  expect((await store.list('warehouse/')).map(({ key }) => key)).toEqual([`${month}a.parquet`]);
});

test('a read gives the bytes from start up to end', async () => {
  const store = folderStore(dir);
  await store.putNew('a', bytes('0123456789'));
  expect(Buffer.from(await store.read('a', 2, 5)).toString()).toBe('234');
  expect(await store.read('a', 4, 4)).toHaveLength(0);
});

test('a read beyond the end says where the object ends', async () => {
  const store = folderStore(dir);
  await store.putNew('a', bytes('0123456789'));
  await expect(store.read('a', 5, 20)).rejects.toThrow('a: bytes 5 to 20 are not all there, it ends at 10');
});

test('a read of an object that is gone says to list again', async () => {
  await expect(folderStore(dir).read('gone', 0, 1)).rejects.toThrow(TransientError);
  await expect(folderStore(dir).read('gone', 0, 1)).rejects.toThrow('gone: was listed and is gone: list again');
});

test('a file where a folder should be is one clear line', async () => {
  writeFileSync(join(dir, 'warehouse'), '');
  await expect(folderStore(dir).putNew(`${month}a.parquet`, bytes('PAR1'))).rejects.toThrow(
    `${month}a.parquet: the lake must be a folder of folders`,
  );
});

test.each([
  ['ENOSPC', TransientError, 'k: the disk is full (ENOSPC): free some space, then run the same again'],
  ['EDQUOT', TransientError, 'k: the disk is full (EDQUOT): free some space, then run the same again'],
  ['EACCES', TerminalError, "k: the lake's folder must be readable and writable, got EACCES"],
  ['EROFS', TerminalError, "k: the lake's folder must be readable and writable, got EROFS"],
  ['EIO', TransientError, 'k: the file system refused with EIO'],
])('%s is said in one line, with what to do', (code, type, message) => {
  const explained = explain('k', Object.assign(new Error(`${code}: what the system says`), { code }));
  expect(explained).toBeInstanceOf(type);
  expect((explained as Error).message).toBe(message);
});

test('a deleted object is gone, and one that is not there is as good as deleted', async () => {
  const store = folderStore(dir);
  for (const name of ['a', 'b']) await store.putNew(`${month}${name}.parquet`, bytes('PAR1'));
  await store.delete([`${month}a.parquet`, `${month}never.parquet`, 'state/none/a']);
  expect((await store.list('warehouse/')).map(({ key }) => key)).toEqual([`${month}b.parquet`]);
  await expect(store.read(`${month}a.parquet`, 0, 1)).rejects.toThrow(ObjectGone);
});

test('nothing but the warehouse and its state is ever deleted', async () => {
  const store = folderStore(dir);
  writeFileSync(join(dir, 'lake.json'), '{}');
  for (const key of ['lake.json', 'warehouse/../lake.json', 'checkpoints/owner.json', '../a']) {
    await expect(store.delete([key])).rejects.toThrow(TerminalError);
  }
  expect(readdirSync(dir)).toEqual(['lake.json']);
});
