import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encoderVariable } from '../../cli/encoder.ts';
import { runCommand } from '../../cli/main.ts';
import { keyVariable } from '../../lambdas/extract/api-key.ts';
import { sources } from '../../lambdas/sources/index.ts';
import { collectedIo } from '../support/collected-io.ts';

const root = join(__dirname, '..', '..');
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const readme = textOf('README.md');
const code = ['cli', 'lambdas', 'local']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => `${folder}/${name}`))
  .filter((file) => file.endsWith('.ts'))
  .map(textOf)
  .join('\n');

/** The first cell of each row of the first table below the line that begins with `heading`. */
function firstCells(heading: string): string[] {
  const [, below = ''] = readme.split(`\n${heading}`);
  const [, table = ''] = /\n\n(\|[\s\S]*?)\n(?:\n|$)/.exec(below) ?? [];
  const rows = table.split('\n').slice(2);
  return rows.map((row) => String(row.split('|')[1]).trim());
}

const unquoted = (cell: string): string => cell.replaceAll('`', '');

async function helpOf(...args: string[]): Promise<string> {
  const { io, out } = collectedIo();
  await runCommand(['help', ...args], io);
  return out();
}

/** `--from <date>` as --help writes it, one per option. */
const flagsIn = (help: string): string[] =>
  [...help.matchAll(/^ {2}(--[a-z-]+(?: <[^>]+>)?)(?: {2}|\n)/gm)].map(([, flags]) => String(flags));

describe('the two commands', () => {
  const [start, check] = ['npm ci && npm start', 'npm ci && npm test'];

  test.each([start, check])('%s is in the README', (command) => {
    expect(readme).toMatch(new RegExp(`^ {4}${command}\\b`, 'm'));
  });

  test('CI runs the second one as it stands there', () => {
    expect(
      textOf('.ci/run')
        .split('\n')
        .map((line) => line.trim()),
    ).toContain(check);
  });

  test('package.json has what they run', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    expect(scripts).toMatchObject({ start: 'node cli/quick-start.js', test: 'jest' });
  });
});

// With `npx`, `mail` and the folder put in their places.
test.each([
  ['the sync failed', { sync: 1, reconcile: 0 }, ['sync', 'mail']],
  ['the lake differs', { sync: 0, reconcile: 1 }, ['sync', 'reconcile', 'mail']],
  ['both are well, and mails nobody', { sync: 0, reconcile: 0 }, ['sync', 'reconcile']],
])("cron's line tells it when %s", (_, codes, called) => {
  const [, line = ''] = /^ {4}15 4 \* \* \* +(.*)$/m.exec(readme) ?? [];
  const dir = mkdtempSync(join(tmpdir(), 'cron-'));
  writeFileSync(join(dir, 'keys.env'), '');
  const stand = `npx() { echo "$2" >>called; case $2 in sync) return ${codes.sync};; *) return ${codes.reconcile};; esac; }
mail() { echo mail >>called; }
`;
  execFileSync('/bin/sh', ['-c', stand + line.replace('/srv/payments-lake', dir)]);
  expect(readFileSync(join(dir, 'called'), 'utf8').trim().split('\n')).toEqual(called);
  rmSync(dir, { recursive: true });
});

describe('the reference is what --help says', () => {
  test('commands', async () => {
    const [, list = ''] = (await helpOf()).split('Commands:\n');
    const told = [...list.matchAll(/^ {2}(\w+) (?:\[options\] ?)?(\S*)/gm)].map(([, name, args]) => `${name} ${args}`);
    const commands = told.map((line) => line.trim()).filter((line) => !line.startsWith('help'));
    expect(firstCells('### Commands').map(unquoted)).toEqual(commands);
  });

  test.each(['sync', 'query', 'describe', 'status', 'reconcile', 'compact', 'report'])(
    'options of %s',
    async (command) => {
      const flags = flagsIn(await helpOf(command));
      expect(flags.length).toBeGreaterThan(1);
      expect(firstCells(`Options of \`${command}\``).map(unquoted)).toEqual(flags);
    },
  );

  test('every option the README uses is one', async () => {
    const known = (
      await Promise.all(
        ['sync', 'query', 'describe', 'status', 'reconcile', 'compact', 'report'].map((command) => helpOf(command)),
      )
    ).flatMap(flagsIn);
    const names = new Set(['--help', ...known.map((flags) => flags.split(' ')[0])]);
    const ours = readme.replace(/^ {4}(?:\w+=\S+ )?(?:aws|npx cdk) (?:.*\\\n)*.*$/gm, '');
    const used = [...ours.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option);
    expect(used.filter((option) => !names.has(option))).toEqual([]);
  });

  test('exit codes', async () => {
    const [, sentence = ''] = /Ends with (.*)\./.exec(await helpOf('sync')) ?? [];
    const codes = sentence.split(', ').map((part) => part.split(' ')[0]);
    expect(firstCells('### Exit codes')).toEqual(codes);
  });
});

test('the tables named are those the sources declare', () => {
  const [, section = ''] = readme.split('| Instance | Tables |');
  for (const source of sources) {
    const tables = source.tables.map(({ name }) => `\`${name}\``).join(', ');
    expect(section).toContain(`| \`${source.name}\` | ${tables} |`);
  }
});

test('every variable named is read', () => {
  const cells = firstCells('### Environment').flatMap((cell) => [...cell.matchAll(/`([A-Z_]+)`/g)]);
  const named = cells.map(([, variable]) => String(variable));
  const keys = sources.map(({ name }) => keyVariable(name));
  // Read by the SDK, so that no line of ours names them all.
  const sdks = ['AWS_REGION', 'AWS_PROFILE', 'AWS_ENDPOINT_URL'];
  expect(named).toEqual([...keys, encoderVariable, 'PAYMENTS_LAKE_DEBUG', ...sdks, 'AWS_ENDPOINT_URL_DYNAMODB']);
  expect(['PAYMENTS_LAKE_DEBUG', 'AWS_ENDPOINT_URL_DYNAMODB'].filter((variable) => !code.includes(variable))).toEqual(
    [],
  );
});

test('every error text quoted is one the code says', () => {
  const quoted = firstCells('## When something goes wrong').map(unquoted);
  expect(quoted.length).toBeGreaterThan(10);
  expect(quoted.filter((text) => !code.includes(text))).toEqual([]);
});

test('every file and folder named is there', () => {
  const linked = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => String(path));
  const [, tree = ''] = readme.split('## Where to find what');
  const folders = [...tree.matchAll(/^ {4}([\w/]+\/) /gm)].map(([, path]) => String(path));
  expect(folders.length).toBeGreaterThan(10);
  for (const path of [...linked, ...folders]) expect(() => readdirSync(join(root, path, '..'))).not.toThrow();
  const missing = [...linked, ...folders].filter((path) => {
    const name = path.replace(/\/$/, '').split('/').at(-1) as string;
    return !readdirSync(join(root, path, '..')).includes(name);
  });
  expect(missing).toEqual([]);
});

test('every dependency has its decision', () => {
  const { dependencies, devDependencies, overrides } = JSON.parse(textOf('package.json')) as Record<
    'dependencies' | 'devDependencies' | 'overrides',
    Record<string, string>
  >;
  const decisions = textOf('docs/decisions.md');
  const names = Object.keys({ ...dependencies, ...devDependencies, ...overrides });
  expect(names.length).toBeGreaterThan(25);
  expect(names.filter((name) => !decisions.includes(`\`${name}\``))).toEqual([]);
});

test('no decision takes more than twelve lines', () => {
  const entries = textOf('docs/decisions.md').split(/^### /m).slice(1);
  const long = entries
    .map((entry) => entry.split(/^## /m)[0]?.trim().split('\n') ?? [])
    .filter((lines) => lines.length > 13);
  expect(entries.length).toBeGreaterThan(20);
  expect(long.map(([heading]) => heading)).toEqual([]);
});
