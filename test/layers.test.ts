import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '..');

const stations = ['extract', 'transform', 'load', 'warehouse', 'athena'].map((room) => `lambdas/${room}`);

/** What a room may import of ours, besides itself and lambdas/errors.ts. A room that is not here is refused. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'lambdas/sources': [],
  ...Object.fromEntries(stations.map((room) => [room, ['lambdas/sources']])),
  'lambdas/sync': [...stations, 'lambdas/sources'],
  'lambdas/upkeep': [...stations, 'lambdas/sources'],
  'lambdas/handlers': ['lambdas/sync', 'lambdas/upkeep', ...stations, 'lambdas/sources'],
  infra: ['lambdas/sources', 'lambdas/warehouse'],
  local: ['lambdas/sources', ...stations, 'lambdas/sync', 'lambdas/upkeep'],
  report: ['lambdas/sources', 'lambdas/warehouse', 'lambdas/athena'],
  cli: ['lambdas/sources', ...stations, 'lambdas/sync', 'lambdas/upkeep', 'local', 'report'],
  bench: ['lambdas/sources', ...stations, 'lambdas/sync', 'lambdas/upkeep', 'local', 'cli', 'infra', 'test'],
};

/** No AWS, no network, no clock: what they may import from outside, and what may not stand in their text. */
const pureRooms = ['lambdas/sources', 'lambdas/transform', 'lambdas/warehouse'];
const pureImports = ['node:crypto', 'node:buffer'];
const impure =
  /\b(Date\.now|new Date\(\s*\)|performance\.|process\.|setTimeout|setInterval|setImmediate|Math\.random|fetch\()/;

const vague = /^(utils?|helpers?|common|misc|managers?|services?)$/i;

const files = ['lambdas', 'infra', 'cli', 'report', 'local', 'bench'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
);

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

/** `lambdas/load/parquet.ts` → `lambdas/load`; `cli/main.ts` → `cli`. */
const roomOf = (path: string): string =>
  path
    .split('/')
    .slice(0, path.startsWith('lambdas/') ? 2 : 1)
    .join('/');

function importsOf(text: string): string[] {
  const statement = /^\s*(?:import|export)\b(?:[^'";]*?\bfrom\s*)?\s*['"]([^'"]+)['"]/gm;
  const call = /\b(?:import|require)\(\s*['"]([^'"]+)['"]/g;
  const code = withoutComments(text);
  return [statement, call].flatMap((pattern) => [...code.matchAll(pattern)].map(([, specifier]) => String(specifier)));
}

/** Why a file may not import this; null when it may. */
function refusal(file: string, specifier: string): string | null {
  const room = roomOf(file);
  const allowed = mayImport[room];
  if (file === 'lambdas/errors.ts') return `${file} imports nothing, got ${specifier}`;
  if (!allowed) return `${file}: ${room} is no room of the house`;
  if (!specifier.startsWith('.')) {
    const isForbidden = pureRooms.includes(room) && !pureImports.includes(specifier);
    return isForbidden ? `${file}: ${room} is pure and may not import ${specifier}` : null;
  }
  const target = join(dirname(file), specifier).replaceAll('\\', '/');
  const targetRoom = roomOf(target);
  if (target === 'lambdas/errors.ts' || targetRoom === room || allowed.includes(targetRoom)) return null;
  return `${file}: ${room} may not import ${target}`;
}

test('imports run one way', () => {
  const refused = files.flatMap((file) => importsOf(textOf(file)).map((specifier) => refusal(file, specifier)));
  expect(refused.length).toBeGreaterThan(100);
  expect(refused.filter((reason) => reason !== null)).toEqual([]);
});

test.each([
  ['lambdas/extract/pages.ts', '../load/checkpoints.ts'],
  ['lambdas/load/checkpoints.ts', '../extract/budget.ts'],
  ['lambdas/sources/commet.ts', '../warehouse/keys.ts'],
  ['lambdas/sync/nightly.ts', '../upkeep/compaction.ts'],
  ['lambdas/sync/nightly.ts', '../../local/folder-store.ts'],
  ['lambdas/handlers/sync.ts', '../../cli/main.ts'],
  ['lambdas/transform/flatten.ts', '@aws-sdk/client-s3'],
  ['lambdas/warehouse/keys.ts', 'node:http'],
  ['infra/app.ts', '../lambdas/sync/nightly.ts'],
  ['local/lake.ts', '../cli/main.ts'],
  ['lambdas/services/store.ts', '../load/parquet.ts'],
])('%s may not import %s', (file, specifier) => {
  expect(refusal(file, specifier)).not.toBeNull();
});

test('an import is found in every form it can be written in', () => {
  const text = `import a, {\n  b,\n} from './1.ts';\nimport type { C } from "./2.ts";\nimport './3.ts';
export { d } from './4.ts';\nconst e = await import('./5.ts');\n// import x from './no.ts'\n/** from './no.ts' */`;
  expect(importsOf(text)).toEqual(['./1.ts', './2.ts', './3.ts', './4.ts', './5.ts']);
});

test('sources, transform and warehouse read no clock, no chance, no network and no environment', () => {
  const pure = files.filter((file) => pureRooms.includes(roomOf(file)));
  expect(pure.length).toBeGreaterThan(10);
  expect(pure.filter((file) => impure.test(withoutComments(textOf(file))))).toEqual([]);
});

test('no file is longer than 250 lines', () => {
  const lengths = files.map((file) => ({ file, lines: textOf(file).trimEnd().split('\n').length }));
  expect(lengths.filter(({ lines }) => lines > 250)).toEqual([]);
});

test('no file or folder has a name that says nothing', () => {
  const named = files.filter((file) => file.split(/[/.-]/).some((word) => vague.test(word)));
  expect(named).toEqual([]);
});
