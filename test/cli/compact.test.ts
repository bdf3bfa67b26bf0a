import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../../cli/main.ts';
import { folderStore } from '../../local/folder-store.ts';
import { restoreAwsEnvironment, setAwsEnvironment } from '../support/aws-environment.ts';
import { type AwsServer, awsServer } from '../support/aws-server.ts';
import { collectedIo } from '../support/collected-io.ts';
import { commetInstance, emptyFolder, march, writeLakeFile } from '../support/lake-builder.ts';
import { putNastyLoad } from '../support/nasty-lake.ts';
import { describeStacks } from '../support/stack-outputs.ts';

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dirname(dir), { recursive: true, force: true });
});

async function lakeOf(files: number): Promise<string> {
  const dir = emptyFolder();
  dirs.push(dir);
  writeLakeFile(dir, [commetInstance]);
  for (let number = 1; number <= files; number++) {
    const load = { number, payments: 3, from: march };
    await putNastyLoad(folderStore(dir), commetInstance, [commetInstance.source.payments], load);
  }
  return dir;
}

const filesOf = async (dir: string) => (await folderStore(dir).list('warehouse/')).length;

test('compact folds a month and says what it did; temporary files of a killed process go after a day', async () => {
  const dir = await lakeOf(9);
  const folder = join(dir, 'warehouse/commet_payments/month=2026-03');
  const [old, young] = [join(folder, '_old.tmp'), join(folder, '_young.tmp')];
  for (const path of [old, young]) writeFileSync(path, '');
  utimesSync(old, 0, 0);
  const { io, out, err } = collectedIo();
  expect(await runCommand(['compact', '--lake', dir], io)).toBe(0);
  expect(err()).toMatch(/^commet_payments 2026-03: 9 files, \d\.\d\d MB → 1, \d\.\d\d MB \(27 rows\)$/m);
  expect(out()).toMatch(/^9 files, .* → 1, .*; the old ones are deleted by a compact run in a day or later$/m);
  expect(await filesOf(dir)).toBe(10);
  expect(() => utimesSync(old, 0, 0)).toThrow('ENOENT');
  utimesSync(young, 0, 0);
});

test('a month of few files is left; a table that is none is refused with those there are', async () => {
  const dir = await lakeOf(2);
  const few = collectedIo();
  expect(await runCommand(['compact', 'commet_payments', '--lake', dir, '--json'], few.io)).toBe(0);
  expect(JSON.parse(few.out())).toEqual({ compactions: [] });
  const wrong = collectedIo();
  expect(await runCommand(['compact', 'payments', '--lake', dir], wrong.io)).toBe(2);
  expect(wrong.err()).toMatch(/a table to compact is one of commet_payments, commet_metadata, .*got 'payments'/);
  const none = collectedIo();
  expect(await runCommand(['compact', '--lake', join(dir, 'nowhere')], none.io)).toBe(1);
  expect(none.err()).toContain('no lake at');
});

describe('with --stack', () => {
  const opened: AwsServer[] = [];
  afterEach(async () => {
    restoreAwsEnvironment();
    for (const server of opened.splice(0)) await server.close();
  });

  async function invoke(outputs: Record<string, string>, ...args: string[]) {
    const events: unknown[] = [];
    const server = await awsServer({
      'CloudFormation.DescribeStacks': describeStacks(outputs),
      'Lambda.Invoke': (input) => void events.push(input),
    });
    opened.push(server);
    setAwsEnvironment({ AWS_ENDPOINT_URL: server.url });
    const { io, out, err } = collectedIo();
    const code = await runCommand(['compact', ...args, '--stack', 'PaymentsLake'], io);
    return { code, events, out: out(), err: err() };
  }

  test('the function of the stack is invoked, for one table or for all', async () => {
    const outputs = { CompactionFunction: 'stack-Compaction' };
    const all = await invoke(outputs);
    expect(all).toMatchObject({ code: 0, out: expect.stringMatching(/^stack-Compaction is invoked/) });
    expect(all.events).toEqual([{ functionName: 'stack-Compaction', type: 'Event', event: {} }]);
    const one = await invoke(outputs, 'shop_payments');
    expect(one.events).toMatchObject([{ event: { table: 'shop_payments' } }]);
    expect(await invoke(outputs, 'nothing')).toMatchObject({ code: 2, events: [] });
  });

  test('a stack that is older than compaction is refused with the next step', async () => {
    const old = await invoke({});
    expect(old).toMatchObject({ code: 1, events: [], err: expect.stringContaining('deploy it again') });
  });
});
