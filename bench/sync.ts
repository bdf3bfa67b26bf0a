import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs, promisify } from 'node:util';
import CliTable from 'cli-table3';
import type { Measurement } from './measured.ts';

/**
 * Measures the sync against a bare fetch + JSON.parse loop over the same pages of the same sample API, each in a
 * process of its own, one after the other. These machines have two noisy cores: read the ratios, not the times.
 */
const { values } = parseArgs({
  options: {
    payments: { type: 'string', default: '10000,100000' },
    latency: { type: 'string', default: '0,50' },
    runs: { type: 'string', default: '1' },
    'no-compression': { type: 'boolean', default: false },
  },
});
const numbers = (list: string): number[] => list.split(',').map(Number);
const tsx = ['--import', 'tsx'];

const table = new CliTable({
  head: ['payments', 'latency', '', 'payments/s', 'wall s', 'CPU s', 'peak MB', 'wall ratio', 'CPU ratio'],
  style: { head: [], border: [], compact: true },
});
for (const payments of numbers(values.payments)) {
  for (const latency of numbers(values.latency)) {
    for (let run = 0; run < Number(values.runs); run++) await compare(payments, latency);
  }
}
console.log(table.toString());

async function compare(payments: number, latency: number): Promise<void> {
  const api = await startApi(payments, latency);
  const lake = await mkdtemp(join(tmpdir(), 'payments-lake-bench-'));
  try {
    const bare = await measure('bench/bare-loop.ts', [api.baseUrl, api.key]);
    const sync = await measure('bench/whole-sync.ts', [api.baseUrl, api.key, lake]);
    if (bare.payments !== payments || sync.payments !== payments) throw new Error('not every payment was read');
    const wall = (sync.wallMs / bare.wallMs).toFixed(2);
    const cpu = (sync.cpuMs / bare.cpuMs).toFixed(2);
    table.push(
      row(payments, latency, '(a) bare loop', bare, '', ''),
      row(payments, latency, '(b) sync', sync, wall, cpu),
    );
  } finally {
    api.process.kill();
    await rm(lake, { recursive: true, force: true });
  }
}

function row(
  payments: number,
  latency: number,
  what: string,
  run: Measurement,
  wall: string,
  cpu: string,
): (string | number)[] {
  return [
    payments.toLocaleString('en'),
    `${latency} ms`,
    what,
    Math.round(run.payments / (run.wallMs / 1000)).toLocaleString('en'),
    (run.wallMs / 1000).toFixed(2),
    (run.cpuMs / 1000).toFixed(2),
    Math.round(run.peakRssMb),
    wall,
    cpu,
  ];
}

async function measure(script: string, args: readonly string[]): Promise<Measurement> {
  const { stdout } = await promisify(execFile)(process.execPath, [...tsx, script, ...args], { maxBuffer: 1e8 });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Measurement;
}

async function startApi(
  payments: number,
  latency: number,
): Promise<{ baseUrl: string; key: string; process: ChildProcess }> {
  const args = ['--api', 'checkout_page', '--payments', String(payments), '--latency', String(latency)];
  if (values['no-compression']) args.push('--no-compression');
  const server = spawn(process.execPath, [...tsx, 'local/sample-apis/main.ts', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
  return { ...(JSON.parse(line) as { baseUrl: string; key: string }), process: server };
}
