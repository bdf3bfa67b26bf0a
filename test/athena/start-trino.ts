import type { ChildProcess } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startInBackground } from '../stack/child-process.ts';
import { freePort } from '../stack/emulator.ts';
import { until } from '../stack/step.ts';
import type { TrinoTools } from './trino-tools.ts';

export const region = 'eu-west-1';

/** A program of ours that listens on loopback. */
interface Listening {
  readonly port: number;
  readonly process: ChildProcess;
}

/** Starts a Glue and an S3 on one port, empty, all in memory. */
export async function startGlueAndS3(tools: TrinoTools, folder: string): Promise<Listening> {
  const port = await freePort();
  const logFile = join(folder, 'moto.log');
  const child = startInBackground(tools.moto, ['-H', '127.0.0.1', '-p', String(port)], {
    logFile,
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder },
  });
  await until('moto to answer', 60, async () => {
    await refuseDead('moto', child, logFile);
    return fetch(`http://127.0.0.1:${port}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  return { port, process: child };
}

/**
 * Starts Trino on that Glue and S3, with Athena's own name for the catalog, and waits until it takes queries. The
 * catalog and the lists of files are remembered: what is asked for once must not change.
 *
 * @param reads 'columns': only what a query's columns take, so that bytes read tell of them, in a request each
 */
export async function startTrino(
  tools: TrinoTools,
  folder: string,
  glue: Listening,
  reads: 'columns' | 'by default',
): Promise<Listening> {
  const port = await freePort();
  const settings = join(folder, 'trino');
  await mkdir(join(settings, 'catalog'), { recursive: true });
  await writeFile(join(settings, 'config.properties'), lines(serverSettings(tools, settings, port)));
  await writeFile(join(settings, 'log.properties'), 'io.trino=WARN\nio.trino.server.Server=INFO\n');
  await writeFile(join(settings, 'catalog', 'awsdatacatalog.properties'), lines(catalogSettings(glue.port, reads)));
  const logFile = join(folder, 'trino.log');
  const child = startInBackground(tools.java, javaArguments(tools, settings), { logFile, cwd: settings });
  await until('Trino to start', 180, async () => {
    await refuseDead('Trino', child, logFile);
    return (await readFile(logFile, 'utf8')).includes('SERVER STARTED');
  });
  return { port, process: child };
}

const serverSettings = ({ server }: TrinoTools, folder: string, port: number) => ({
  coordinator: true,
  'node-scheduler.include-coordinator': true,
  'http-server.http.port': port,
  'discovery.uri': `http://127.0.0.1:${port}`,
  'query.max-memory': '768MB',
  'query.max-memory-per-node': '768MB',
  'plugin.dir': join(server, 'plugin'),
  'catalog.config-dir': join(folder, 'catalog'),
});

const catalogSettings = (port: number, reads: 'columns' | 'by default') => ({
  'connector.name': 'hive',
  'hive.metastore': 'glue',
  'hive.metastore.glue.endpoint-url': `http://127.0.0.1:${port}`,
  'hive.metastore.glue.region': region,
  'hive.metastore.glue.aws-access-key': 'test',
  'hive.metastore.glue.aws-secret-key': 'test',
  'fs.native-s3.enabled': true,
  's3.endpoint': `http://127.0.0.1:${port}`,
  's3.region': region,
  's3.path-style-access': true,
  's3.aws-access-key': 'test',
  's3.aws-secret-key': 'test',
  ...(reads === 'columns' && {
    // Else a file below 3 MB is read whole, and bytes read tell nothing of the columns.
    'parquet.small-file-threshold': '0B',
    // Nor do the gaps between two columns count that it would read across to save a request.
    'parquet.max-merge-distance': '0B',
  }),
  // Each answer of moto's takes a part of a second.
  'hive.metastore-cache-ttl': '1h',
  'hive.file-status-cache-tables': '*',
  'hive.file-status-cache-expire-time': '1h',
  'hive.recursive-directories': true,
  'hive.timestamp-precision': 'MILLISECONDS',
  'hive.table-statistics-enabled': false,
});

const javaArguments = ({ server }: TrinoTools, settings: string): string[] => [
  ...['-Xms512M', '-Xmx2G', '-XX:+UseSerialGC', '-XX:+ExitOnOutOfMemoryError', '-XX:ReservedCodeCacheSize=256M'],
  // Most of a run is starting up: the slower compiler never pays.
  '-XX:TieredStopAtLevel=1',
  ...['-Djdk.attach.allowAttachSelf=true', '-Dfile.encoding=UTF-8', '-Duser.timezone=UTC'],
  ...['--enable-native-access=ALL-UNNAMED', '--sun-misc-unsafe-memory-access=allow'],
  ...['-cp', join(server, 'lib', '*')],
  `-Dlog.levels-file=${join(settings, 'log.properties')}`,
  `-Dconfig=${join(settings, 'config.properties')}`,
  ...['-Dnode.environment=local', '-Dnode.id=local', '-Dnode.bind-ip=127.0.0.1', '-Dnode.internal-address=127.0.0.1'],
  `-Dnode.data-dir=${join(settings, 'data')}`,
  'io.trino.server.TrinoServer',
];

const lines = (settings: Readonly<Record<string, unknown>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

async function refuseDead(name: string, child: ChildProcess, logFile: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) return;
  const log = await readFile(logFile, 'utf8').catch(() => '');
  throw new Error(`${name} did not start:\n${log.trimEnd().split('\n').slice(-30).join('\n')}`);
}
