import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const text = readFileSync(join(root, 'docs/guarantee.md'), 'utf8');

/** Each `test/….ts` with the “names” that follow it. */
const named = [...text.matchAll(/`(test\/[^`]+\.ts)`((?:,? ?“[^”]+”)*)/g)].map(([, file, names]) => ({
  file: String(file),
  names: [...String(names).matchAll(/“([^”]+)”/g)].map(([, name]) => String(name)),
}));

test('every test that docs/guarantee.md names is there, under that name', () => {
  expect(named.length).toBeGreaterThan(30);
  const missing = named.flatMap(({ file, names }) => {
    const path = join(root, file);
    if (!existsSync(path)) return [file];
    const source = readFileSync(path, 'utf8');
    return names.filter((name) => !source.includes(name)).map((name) => `${file}: ${name}`);
  });
  expect(missing).toEqual([]);
});

test('every row of its tables names a test', () => {
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && !/^\| (Promise|The API|Part)/.test(line));
  expect(rows.filter((row) => !row.includes('`test/') && !/\d/.test(row))).toEqual([]);
});
