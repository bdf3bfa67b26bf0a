import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => void child.kill('SIGKILL')));

function run(...args: string[]): ChildProcess {
  const command = ['--import', 'tsx', 'local/sample-apis/main.ts', ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

test('a sample API runs as a process, says where, and ends on SIGTERM', async () => {
  const child = run('--api', 'checkout_page', '--payments', '321', '--seed', '7', '--no-compression');
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const { baseUrl, pid, key } = JSON.parse(String((await once(lines, 'line'))[0]));
  expect(pid).toBe(child.pid);
  const response = await fetch(`${baseUrl}/v1/payments/`, { headers: { authorization: `Bearer ${key}` } });
  expect(response.headers.get('content-encoding')).toBeNull();
  expect(await response.json()).toMatchObject({ total: 321 });
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test.each([
  [['--api', 'stripe'], "--api is checkout_page or commet, got 'stripe'"],
  [['--api', 'commet', '--payments', 'many'], "--payments is a whole number, got 'many'"],
  [['--api', 'commet', '--until', 'soon'], "--until is an instant, got 'soon'"],
])('%j is refused with the rule and what was got', async (args, message) => {
  const child = run(...args);
  const [code, stderr] = await Promise.all([once(child, 'exit'), text(child.stderr as NodeJS.ReadableStream)]);
  expect(code[0]).toBe(2);
  expect(stderr).toContain(message);
});
