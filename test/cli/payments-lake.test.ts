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
  await writeFile(lake, commetInstance, 'payments', 'l1', [{ payment_id: 'a' }]);
  // What another project might have: none of it is ours to read.
  writeFileSync(
    join(elsewhere, 'tsconfig.json'),
    '{ "extends": "nowhere", "compilerOptions": { "paths": { "*": ["x"] } } }',
  );
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
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line, 'bash', command, lake], { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'range\n0\n', stderr: '' });
});

test('Ctrl-C, sent twice as npx does, ends a query with 130', async () => {
  const args = ['query', 'SELECT * FROM range(1000000000000)', '--lake', lake, '--format', 'csv'];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.once('data', () => {
    child.kill('SIGINT');
    child.kill('SIGINT');
  });
  const ended = await new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
  expect(ended).toEqual({ code: 130, signal: null });
  expect(stderr).toMatch(/^payments-lake: [^\n]*[Ii]nterrupt[^\n]*\n$/);
});

test('the warning about Node 20 is kept off the terminal, every other one is not', () => {
  const warns = join(elsewhere, 'warns.mjs');
  // main.ts listens for SIGINT when all is in place.
  writeFileSync(
    warns,
    `process.on('newListener', (event) => {
       if (event !== 'SIGINT') return;
       process.emitWarning('NodeVersionSupportWarning: The AWS SDK for JavaScript (v3) will require node >=22.');
       process.emitWarning('something else', 'OtherWarning');
     });`,
  );
  const { status, stderr } = spawnSync('node', ['--import', warns, command, 'help'], { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stderr).toContain('OtherWarning: something else');
  expect(stderr).not.toContain('NodeVersionSupportWarning');
});
