import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commetInstance, emptyFolder, writeFile, writeLakeFile } from '../support/lake-builder.ts';

const root = join(__dirname, '..', '..');
const command = join(root, 'cli', 'payments-lake.js');
const elsewhere = mkdtempSync(join(tmpdir(), 'payments-lake-cwd-'));
const lake = emptyFolder();

beforeAll(async () => {
  writeLakeFile(lake);
  await writeFile(lake, commetInstance, 'payments', 'l1', [{ payment_id: 'a', livemode: true }]);
  // What another project might have: none of it is ours to read.
  const paths = { commander: ['./commander.ts'] };
  writeFileSync(join(elsewhere, 'tsconfig.json'), JSON.stringify({ compilerOptions: { baseUrl: '.', paths } }));
  writeFileSync(join(elsewhere, 'commander.ts'), 'throw new Error("another project");');
  writeFileSync(join(elsewhere, 'package.json'), '{ "type": "commonjs" }');
});

test('npx runs it in the checkout', () => {
  const { status, stdout } = spawnSync('npx', ['--no-install', 'payments-lake', 'help'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ status, usage: stdout.split('\n')[0] }).toEqual({
    status: 0,
    usage: 'Usage: payments-lake [options] [command]',
  });
});

test('it runs in any folder, and says nothing but the answer', () => {
  const args = ['query', 'SELECT payment_id FROM payments', '--lake', lake, '--format', 'csv'];
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: elsewhere, encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'payment_id\na\n', stderr: '' });
});

test('a wrong call ends the process with 2', () => {
  const { status, stderr } = spawnSync(command, ['sync', '--nope'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 2, stderr: "payments-lake: unknown option '--nope'\n" });
});

test('a reader that closes the pipe is no failure', () => {
  const line = `set -o pipefail; "$1" query 'SELECT * FROM range(5000000)' --lake "$2" --format csv | head -n 2`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line, 'bash', command, lake], {
    timeout: 20_000,
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'range\n0\n', stderr: '' });
});

/** A module that does this in the command's process when main.ts is about to listen for Ctrl-C: all is in place then. */
function whenReady(action: string): string[] {
  const path = join(mkdtempSync(join(tmpdir(), 'payments-lake-hook-')), 'hook.mjs');
  writeFileSync(path, `process.on('newListener', (event) => { if (event === 'SIGINT') { ${action} } });`);
  return ['--import', path];
}

test('one Ctrl-C that arrives twice, as npx passes it on, ends a query with 130', async () => {
  const sql = 'SELECT sum(a.range * b.range) FROM range(100000000) a, range(100000000) b';
  const args = [...whenReady(`setImmediate(() => process.send('ready'));`), command, 'query', sql, '--lake', lake];
  const child = spawn('node', args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.once('message', () => {
    // Two of a kind that wait together would arrive as one.
    child.kill('SIGINT');
    child.kill('SIGTERM');
  });
  const ended = await new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
  expect(ended).toEqual({ code: 130, signal: null });
  expect(stderr).toMatch(/^payments-lake: [^\n]*interrupt[^\n]*\n$/i);
});

test('the warning about Node 20 is kept off the terminal, every other one is not', () => {
  const warns = whenReady(`
    process.emitWarning('NodeVersionSupportWarning: The AWS SDK for JavaScript (v3) will require node >=22.');
    process.emitWarning('something else', 'OtherWarning');`);
  const { status, stderr } = spawnSync('node', [...warns, command, 'help'], { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stderr).toContain('OtherWarning: something else');
  expect(stderr).not.toContain('NodeVersionSupportWarning');
});
