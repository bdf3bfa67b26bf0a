import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerminalError } from '../../lambdas/errors.ts';
import { sources } from '../../lambdas/sources/index.ts';
import { openLake } from '../../local/lake.ts';
import { keyFile, makeKey, readKey } from '../../local/personal-data-key.ts';
import { commetInstance } from '../support/lake-builder.ts';
import { failure } from '../support/test-client.ts';

const root = mkdtempSync(join(tmpdir(), 'payments-lake-keys-'));
let made = 0;
const newDir = () => mkdtempSync(join(root, `${++made}-`));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const open = (dir: string, mode: 'hash' | null) =>
  openLake(dir, 'sync', [commetInstance], sources, {}, { mode, rewritesAll: false });

test('a key is 32 random bytes that only their owner may read', async () => {
  const dir = newDir();
  await makeKey(dir);
  expect(statSync(keyFile(dir)).mode & 0o777).toBe(0o600);
  expect(await readKey(dir)).toMatch(/^[0-9a-f]{64}$/);
  const other = newDir();
  await makeKey(other);
  expect(await readKey(other)).not.toBe(await readKey(dir));
});

test('a key that is there stays, and nothing else is left', async () => {
  const dir = newDir();
  await makeKey(dir);
  const key = await readKey(dir);
  await makeKey(dir);
  expect(await readKey(dir)).toBe(key);
  expect(readdirSync(dir)).toEqual(['personal-data.key']);
});

test.each([0o640, 0o604, 0o666])('a key that others may read is refused: mode %o', async (mode) => {
  const dir = newDir();
  await makeKey(dir);
  chmodSync(keyFile(dir), mode);
  const error = await failure(readKey(dir));
  expect(error).toBeInstanceOf(TerminalError);
  expect(error.message).toContain(`got mode ${mode.toString(8)}: chmod 600`);
});

test('what is no key is refused, and not shown', async () => {
  const dir = newDir();
  writeFileSync(keyFile(dir), 'hunter2', { mode: 0o600 });
  const error = await failure(readKey(dir));
  expect(error.message).toContain('must be 64 hex digits, got 7 other characters');
  expect(error.message).not.toContain('hunter2');
});

test('a lake that hashes and has lost its key is refused, and gets no other one', async () => {
  const dir = newDir();
  const lake = await open(dir, 'hash');
  expect(lake.personalData).toMatchObject({ mode: 'hash' });
  await lake.close();
  const key = readFileSync(keyFile(dir), 'utf8');
  rmSync(keyFile(dir));
  const error = await failure(open(dir, null));
  expect(error).toBeInstanceOf(TerminalError);
  expect(error.message).toContain('personal-data.key is missing');
  expect(readdirSync(dir)).not.toContain('personal-data.key');
  writeFileSync(keyFile(dir), key, { mode: 0o600 });
  await (await open(dir, null)).close();
});
