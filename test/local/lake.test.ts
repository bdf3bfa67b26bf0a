import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerminalError, TransientError, UsageError } from '../../lambdas/errors.ts';
import { sources } from '../../lambdas/sources/index.ts';
import { lakeInstances, type OpenLake, openLake, readCheckpoints } from '../../local/lake.ts';
import { closeCheckpoints, startCheckpoints } from '../support/checkpoints.ts';
import { bothInstances, checkoutPageInstance, commetInstance } from '../support/lake-builder.ts';
import { failure } from '../support/test-client.ts';

const root = mkdtempSync(join(tmpdir(), 'payments-lake-lakes-'));
let lakes = 0;
const newDir = () => join(root, `lake-${++lakes}`);
const opened: OpenLake[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const lake of opened.splice(0)) await lake.close();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await closeCheckpoints();
  rmSync(root, { recursive: true, force: true });
});

async function open(dir: string, instances = [commetInstance], env = {}): Promise<OpenLake> {
  const lake = await openLake(dir, 'sync', instances, sources, env);
  opened.push(lake);
  return lake;
}

/** A process of its own that has the lake, and a checkpoint in it. */
async function otherProcess(dir: string): Promise<ChildProcess> {
  const script = `
    import { openLake } from '${join(__dirname, '../../local/lake.ts')}';
    import { sources } from '${join(__dirname, '../../lambdas/sources/index.ts')}';
    const lake = await openLake(${JSON.stringify(dir)}, 'sync', [{ name: 'commet', source: sources[0] }], sources);
    await lake.checkpoints.move({ instance: 'commet', item: 'sync#incremental' }, null, { of: 'the other process' });
    process.send('ready');
    setInterval(() => {}, 1000);`;
  const path = join(root, `other-${++lakes}.mts`);
  writeFileSync(path, script);
  const child = spawn(process.execPath, ['--import', 'tsx', path], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  children.push(child);
  await once(child, 'message');
  return child;
}

const states = (dir: string) =>
  readCheckpoints(dir, async (table) => (await table.readAll()).map(({ state }) => state));

test('a lake another process has is refused with its pid; status is answered meanwhile; killed, it opens at once', async () => {
  const dir = newDir();
  const other = await otherProcess(dir);
  const error = await failure(open(dir));
  expect(error).toBeInstanceOf(TransientError);
  expect(error.message).toBe(
    `process ${other.pid} (payments-lake sync) has the lake ${dir}: one sync per lake at a time; wait until it ends or end it, then run the command again`,
  );
  expect(await states(dir)).toEqual([{ of: 'the other process' }]);
  const exited = once(other, 'exit');
  other.kill('SIGKILL');
  await exited;
  const lake = await open(dir);
  expect(await lake.checkpoints.read({ instance: 'commet', item: 'sync#incremental' })).toMatchObject({
    state: { of: 'the other process' },
  });
});

test('a lake closed can be opened again, and keeps its checkpoints', async () => {
  const dir = newDir();
  const lake = await openLake(dir, 'sync', bothInstances, sources);
  expect(lake.leasing).toBe('alone');
  await lake.checkpoints.move({ instance: 'commet', item: 'x' }, null, 1);
  await lake.close();
  expect(await states(dir)).toEqual([1]);
  expect(await (await open(dir)).checkpoints.read({ instance: 'commet', item: 'x' })).toMatchObject({ state: 1 });
});

test('a folder that is no lake yet has no checkpoints and says so, and is not made one by looking', async () => {
  const dir = newDir();
  expect(await states(dir)).toBeNull();
  await expect(lakeInstances(dir, sources)).rejects.toThrow(`no lake at ${dir}: check --lake, or run`);
  expect(existsSync(dir)).toBe(false);
});

test('a lake remembers its instances', async () => {
  const dir = newDir();
  const second = { name: 'second_store', source: checkoutPageInstance.source };
  await (await openLake(dir, 'sync', [commetInstance], sources)).close();
  await (await openLake(dir, 'sync', [second], sources)).close();
  expect(await lakeInstances(dir, sources)).toEqual([commetInstance, second]);
});

describe('is refused, and left as it was:', () => {
  const lakeOf = (text: string) => {
    const dir = newDir();
    mkdirSync(dir);
    writeFileSync(join(dir, 'lake.json'), text);
    return dir;
  };
  const refusedLake = async (dir: string, instances = [commetInstance]) => {
    const before = readFileSync(join(dir, 'lake.json'), 'utf8');
    const error = await failure(open(dir, instances));
    expect(readFileSync(join(dir, 'lake.json'), 'utf8')).toBe(before);
    return error;
  };

  test('a lake made by a newer version', async () => {
    const dir = lakeOf('{"format": 3, "instances": {}}');
    const error = await refusedLake(dir);
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).toBe(
      `the lake ${dir} was made by a newer payments-lake (format 3; this one knows 2): update payments-lake`,
    );
    expect(existsSync(join(dir, 'checkpoints'))).toBe(false);
    expect(await failure(states(dir))).toBeInstanceOf(TerminalError);
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"format":1}',
    '{"format":1,"instances":null}',
    '{"format":"1","instances":{}}',
    '{"format":1,"instances":{"a":1}}',
  ])('a damaged lake.json: %s', async (text) => {
    const dir = lakeOf(text);
    const error = await refusedLake(dir);
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).toContain(`${join(dir, 'lake.json')} is `);
    expect(error.message).toContain('the lake was damaged; put the file back from a backup');
  });

  test('an instance of another API than before', async () => {
    const dir = newDir();
    const shop = (source: (typeof bothInstances)[number]['source']) => [{ name: 'shop', source }];
    await (await openLake(dir, 'sync', shop(commetInstance.source), sources)).close();
    const error = await refusedLake(dir, shop(checkoutPageInstance.source));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe(
      `instance 'shop' of the lake ${dir} is of the API commet, got checkout_page: choose another name`,
    );
    // Refused, it is nobody's: this process may open it.
    await open(dir, shop(commetInstance.source));
  });

  test('a file instead of a folder', async () => {
    const dir = newDir();
    writeFileSync(dir, 'not a lake');
    const error = await failure(open(dir));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe(`a lake is a folder, got the file ${dir}`);
    expect(readFileSync(dir, 'utf8')).toBe('not a lake');
  });

  test('a folder below a file', async () => {
    const file = newDir();
    writeFileSync(file, '');
    const error = await failure(open(join(file, 'lake')));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).toContain(`the lake ${join(file, 'lake')} can't be used: ENOTDIR`);
  });

  test('a lake whose lock can not be opened', async () => {
    const dir = lakeOf('{"format": 1, "instances": {}}');
    mkdirSync(join(dir, 'checkpoints', 'lock', 'LOCK'), { recursive: true });
    const error = await refusedLake(dir);
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).toMatch(/^the lake .* can't be used: IO error: .*LOCK: .*; check the folder/);
    expect(await failure(states(dir))).toEqual(error);
  });

  test('a DynamoDB of its own that does not answer', async () => {
    const dir = newDir();
    const env = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' };
    const error = await failure(openLake(dir, 'sync', [commetInstance], sources, env));
    expect(error).toBeInstanceOf(TransientError);
    expect(error.message).toMatch(/^the DynamoDB that AWS_ENDPOINT_URL_DYNAMODB names can't be used: .* or unset it$/);
  });

  test('an instance of an API this version does not know', async () => {
    const dir = lakeOf('{"format": 1, "instances": {"shop": "stripe"}}');
    const error = await failure(lakeInstances(dir, sources));
    expect(error.message).toContain("has an instance 'shop' of the API 'stripe', which this version does not know");
  });
});

test('with a DynamoDB named, two may have the lake, by leases as in the cloud', async () => {
  const { address } = await startCheckpoints();
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: address,
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
  });
  try {
    const dir = newDir();
    const [one, two] = [await open(dir, [commetInstance], process.env), await open(dir, bothInstances, process.env)];
    expect([one.leasing, two.leasing]).toEqual(['shared', 'shared']);
    await one.checkpoints.move({ instance: 'commet', item: 'x' }, null, 1);
    expect(await two.checkpoints.read({ instance: 'commet', item: 'x' })).toMatchObject({ state: 1 });
    expect(existsSync(join(dir, 'checkpoints'))).toBe(false);
  } finally {
    process.env = before;
  }
});
