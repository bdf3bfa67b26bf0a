import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { readConfiguration } from '../../infra/configuration.ts';
import { s3Store } from '../../lambdas/load/s3-store.ts';
import { warehousePrefix } from '../../lambdas/warehouse/keys.ts';
import { synthesise } from '../support/synthesised.ts';
import type { LakePair } from './engines-description.ts';
import { region } from './start-trino.ts';
import type { TrinoTools } from './trino-tools.ts';

/** What a lake in the cloud needs to be told of a deployment. */
export interface CloudLake extends LakePair {
  /** As the configuration takes them; default one of each API. */
  readonly instances?: Readonly<Record<string, object>>;
}

/** Uploads a lake's files under the very keys they have, and makes the catalog that a deploy would make. */
export async function putIntoCloud(tools: TrinoTools, port: number, lake: CloudLake): Promise<void> {
  const { dir, stage } = lake;
  const bucket = `lake-${stage}`;
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await client.send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  const keys = keysOf(dir);
  const store = s3Store(client, bucket);
  const waiting = [...keys];
  const uploadSome = async () => {
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      await store.putNew(key, readFileSync(join(dir, key)));
    }
  };
  await Promise.all(Array.from({ length: 8 }, uploadSome));
  client.destroy();
  await applyTemplate(tools, endpoint, { ...lake, bucket, months: monthsByTable(keys) });
}

const keysOf = (dir: string): string[] =>
  readdirSync(join(dir, warehousePrefix), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));

function monthsByTable(keys: readonly string[]): Record<string, string[]> {
  const months: Record<string, string[]> = {};
  for (const key of keys) {
    const [, table, month] = /^warehouse\/([^/]+)\/month=([^/]+)\//.exec(key) ?? [];
    if (!table || !month) throw new Error(`no key of the warehouse: ${key}`);
    months[table] ??= [];
    if (!months[table].includes(month)) months[table].push(month);
  }
  return months;
}

interface Catalog extends CloudLake {
  readonly bucket: string;
  readonly months: Readonly<Record<string, readonly string[]>>;
}

async function applyTemplate(tools: TrinoTools, endpoint: string, { dir, stage, instances, bucket, months }: Catalog) {
  const synthesised = synthesise(readConfiguration({ stage, ...(instances && { instances }) }));
  const file = `${dir}-template.json`;
  writeFileSync(file, JSON.stringify(synthesised.all));
  synthesised.remove();
  const script = join('test', 'athena', 'catalog.py');
  const child = spawn(tools.python, [script, file, bucket, endpoint, region], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  child.stdin.end(JSON.stringify(months));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${script} ended with ${code}`);
}
