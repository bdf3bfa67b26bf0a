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

  type Asked = { event: { dryRun?: true; table?: string; month?: string } };

  /** @param answer what the function says to an event */
  async function compact(
    outputs: Record<string, string>,
    args: string[],
    answer: (event: Asked['event']) => unknown = () => ({ months: [] }),
  ) {
    const asked: unknown[] = [];
    const server = await awsServer({
      'CloudFormation.DescribeStacks': describeStacks(outputs),
      'Lambda.Invoke': (input) => {
        asked.push(input);
        return answer((input as Asked).event);
      },
    });
    opened.push(server);
    setAwsEnvironment({ AWS_ENDPOINT_URL: server.url });
    const { io, out, err } = collectedIo();
    const code = await runCommand(['compact', ...args, '--stack', 'PaymentsLake'], io);
    return { code, asked, out: out(), err: err() };
  }

  const outputs = { CompactionFunction: 'stack-Compaction' };
  const months = ['2026-03', '2026-04'].map((month) => ({ table: 'shop_payments', month }));
  const done = (event: Asked['event']) => ({
    compaction: {
      ...event,
      status: 'done',
      filesBefore: 9,
      filesAfter: 1,
      bytesBefore: 18_000,
      bytesAfter: 4000,
      rows: 27,
      copies: 0,
      deleted: 0,
      mostRowsInHand: 27,
    },
    goesOn: false,
  });

  test('its function is asked which months have work, then for each of them, and what it did is told', async () => {
    const all = await compact(outputs, [], (event) => (event.dryRun ? { months } : done(event)));
    const ask = (event: object) => ({ functionName: 'stack-Compaction', type: 'RequestResponse', event });
    expect(all.asked).toEqual([{ dryRun: true }, ...months].map(ask));
    expect(all).toMatchObject({ code: 0, out: expect.stringMatching(/^18 files, 0.04 MB → 2, 0.01 MB; the old ones/) });
    expect(all.err.split('\n')[0]).toBe('shop_payments 2026-03: 9 files, 0.02 MB → 1, 0.00 MB (27 rows)');
  });

  test('one table is asked for alone; a table there is none of is refused before anything is invoked', async () => {
    const one = await compact(outputs, ['shop_payments']);
    expect(one).toMatchObject({ code: 0, asked: [{ event: { dryRun: true, table: 'shop_payments' } }] });
    expect(one.out).toBe('nothing to fold\n');
    expect(await compact(outputs, ['nothing'])).toMatchObject({ code: 2, asked: [] });
  });

  test('a month that failed is named and does not keep the next from its turn, exit 1', async () => {
    const answer = (event: Asked['event']) => {
      if (event.dryRun) return { months };
      return event.month === '2026-03' ? { error: 'the compacted files differ' } : { ...done(event), goesOn: true };
    };
    const { code, err, out } = await compact(outputs, ['--json'], answer);
    expect({ code, err }).toEqual({
      code: 1,
      err: 'payments-lake: shop_payments 2026-03: the compacted files differ\n',
    });
    expect(JSON.parse(out)).toMatchObject({ compactions: [{ month: '2026-04' }] });
  });

  test('a stack that is older than compaction is refused with the next step', async () => {
    const old = await compact({}, []);
    expect(old).toMatchObject({ code: 1, asked: [], err: expect.stringContaining('deploy it again') });
  });
});
