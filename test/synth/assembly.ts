import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../stack/child-process.ts';

/** What no file of the assembly may hold. A secret key without its id is no credentials: there is no account. */
export const secrets = {
  COMMET_API_KEY: 'sentinel-commet-api-key',
  CHECKOUT_PAGE_API_KEY: 'sentinel-checkout-page-api-key',
  AWS_SECRET_ACCESS_KEY: 'sentinel-aws-secret-access-key',
  AWS_SESSION_TOKEN: 'sentinel-aws-session-token',
} as const;

export interface Assembly {
  /** Every file, the assets' among them: path inside the assembly → bytes. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Connections to a network that a process of the synth asked for. */
  readonly attempts: readonly string[];
  /** Whether the whole synth ran in a network namespace of its own, which has no interface that is up. */
  readonly isolated: boolean;
  readonly remove: () => void;
}

/** `cdk synth` of the app as it is, its home folder empty, its environment PATH and secrets. @throws with what it printed */
export async function synthesiseAlone(): Promise<Assembly> {
  const folder = mkdtempSync(join(tmpdir(), 'payments-lake-synth-'));
  const out = join(folder, 'cdk.out');
  const attemptsFile = join(folder, 'attempts.txt');
  // Linux only, and not in every container: elsewhere the preloaded guard stands alone.
  const isolated = spawnSync('unshare', ['-rn', 'true']).status === 0;
  const command = [join('node_modules', '.bin', 'cdk'), 'synth', '--quiet', '--output', out];
  const [program = '', ...args] = isolated ? ['unshare', '-rn', ...command] : command;
  await run(program, args, {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      NODE_OPTIONS: `--require ${resolve('test', 'synth', 'no-network.cjs')}`,
      ATTEMPTS_FILE: attemptsFile,
      // CDK finds esbuild by npx, which now and then asks whether there is a newer npm, and goes on without an answer.
      npm_config_update_notifier: 'false',
      ...secrets,
    },
  });
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const attempts = paths.includes(attemptsFile) ? readFileSync(attemptsFile, 'utf8').trimEnd().split('\n') : [];
  const inside = paths.filter((path) => path.startsWith(out));
  const files = new Map(inside.map((path) => [path.slice(out.length + 1), readFileSync(path)]));
  return { files, attempts, isolated, remove: () => rmSync(folder, { recursive: true }) };
}
