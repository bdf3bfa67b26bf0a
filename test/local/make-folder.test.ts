import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../local/make-folder.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'make-folder-'));

it('makes a folder with those above it, and leaves one that is there', async () => {
  const dir = join(folder(), 'a', 'b');
  await makeFolder(dir);
  await makeFolder(dir);
  expect(statSync(dir).isDirectory()).toBe(true);
});

it('refuses a file in its place', async () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

it('gives up at once where no folder can be made, which mkdir itself never does below /proc', async () => {
  await expect(makeFolder('/proc/payments-lake')).rejects.toMatchObject({ code: 'ENOENT' });
});
