import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endAll, runInForeground } from '../stack/child-process.ts';

/** The long form of the proofs; prints what it came to, also when it fails. Arguments that are no options go to jest. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minutes: { type: 'string', default: '30' },
      schedules: { type: 'string', default: '1000' },
      pairs: { type: 'string', default: '3000' },
      kills: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '20261122' },
    },
  });
  const extent = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
  const wrong = Object.keys(extent).filter((name) => !(Number(extent[name]) >= 0));
  if (wrong.length > 0) throw new Error(`--${wrong[0]} takes a number`);
  const folder = mkdtempSync(join(tmpdir(), 'payments-lake-long-'));
  const figuresFile = join(folder, 'figures.jsonl');
  const globals = JSON.stringify({ ...extent, figuresFile });
  const jest = [join('node_modules', 'jest', 'bin', 'jest.js'), '--config', 'jest.long.config.js'];
  const started = Date.now();
  // Jest leads a group of its own, and would go on by itself.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void endAll());
  try {
    await runInForeground(process.execPath, [...jest, '--globals', globals, ...positionals], {
      env: process.env,
      timeoutSeconds: 24 * 3600,
    });
  } finally {
    const lines = existsSync(figuresFile) ? readFileSync(figuresFile, 'utf8') : '';
    console.log(JSON.stringify({ ...sum(lines), minutes: Math.round((Date.now() - started) / 60_000) }));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Figures of all parts that reported, added up; those that do not add up are left to their parts. */
function sum(lines: string): Record<string, number> {
  const total = {
    parts: 0,
    kills: 0,
    frozen: 0,
    schedules: 0,
    pairs: 0,
    days: 0,
    requests: 0,
    refused: 0,
    faults: 0,
    looks: 0,
    compared: 0,
    lost: 0,
    doubled: 0,
    differing: 0,
  };
  for (const line of lines.split('\n').filter((text) => text !== '')) {
    const part = JSON.parse(line) as Record<string, number>;
    total.parts++;
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += part[name] ?? 0;
  }
  return total;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
