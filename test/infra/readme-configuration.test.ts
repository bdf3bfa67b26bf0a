import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationSchema, instanceSchema } from '../../infra/configuration-schema.ts';

const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

/** Key and default of each row of the table with this head. */
function rows(head: string): [key: string, told: string][] {
  const [, table = ''] = readme.split(`| ${head} | Default | |\n|---|---|---|\n`);
  const [body = ''] = table.split('\n\n');
  return body.split('\n').map((row) => {
    const [, key = '', told = ''] = row.split('|').map((cell) => cell.trim());
    return [key.replaceAll('`', ''), told];
  });
}

/** As JSON; null for what is only known beside other keys. */
const defaults = (parsed: Readonly<Record<string, unknown>>, keys: readonly string[]) =>
  keys.map((key) => [key, Object.hasOwn(parsed, key) ? `\`${JSON.stringify(parsed[key])}\`` : expect.any(String)]);

test.each([
  ['Key', configurationSchema],
  ['Key of an instance', instanceSchema],
])("README's table '%s' has every key of the configuration in its order, with its default", (head, schema) => {
  expect(rows(head)).toEqual(defaults(schema.parse({}), Object.keys(schema.shape)));
});
