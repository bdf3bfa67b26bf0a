import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '..', '..', 'infra');

/** Props of constructs that no docstring stands above. */
function undocumented(file: string): string[] {
  const text = readFileSync(join(folder, file), 'utf8');
  const blocks = [...text.matchAll(/^export interface \w+Props.*\{\n([\s\S]*?)^\}/gm)];
  return blocks.flatMap(([, body = '']) =>
    [...body.matchAll(/(^.*\n)?^ {2}readonly (\w+)/gm)]
      .filter(([, above = '']) => !above.trimEnd().endsWith('*/'))
      .map(([, , name]) => `${file}: ${name}`),
  );
}

test('every prop of every construct says what it is', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(20);
  expect(files.flatMap(undocumented)).toEqual([]);
});
