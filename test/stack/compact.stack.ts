import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { CompactAnswer } from '../../lambdas/handlers/answer-compact-event.ts';
import type { CompactEvent } from '../../lambdas/handlers/compact-event.ts';
import { CheckpointTable } from '../../lambdas/load/checkpoint-table.ts';
import { s3Store } from '../../lambdas/load/s3-store.ts';
import type { RoundState } from '../../lambdas/upkeep/compact-item.ts';
import type { CompactionSettings } from '../../lambdas/warehouse/compaction-settings.ts';
import { settingsVariable } from '../../lambdas/warehouse/function-settings.ts';
import { tablesOf } from '../../lambdas/warehouse/history-tables.ts';
import { monthPrefix, tablePrefix } from '../../lambdas/warehouse/keys.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { asFunction, endClients } from './as-function.ts';
import { payLake } from './command.ts';
import { instances } from './configuration.ts';
import {
  bucket,
  checkpoints,
  clients,
  deployed,
  description,
  expectWarehouseEquals,
  invoke,
  putKey,
  store,
} from './stack.ts';
import { until } from './step.ts';

const name = instances.folded;
const functionName = description.outputs.CompactionFunction as string;
const syncs = 9;

let api: SampleApi;
/** Sync ids of the readings of the whole list, oldest first. */
const readings: string[] = [];

/** Nine readings, before each of which some payments were added and some have changed. */
beforeAll(async () => {
  api = await startCommet({ payments: 200, months: 1, port: description.ports[name] });
  await putKey(name, api.key);
  for (let sync = 0; sync < syncs; sync++) {
    if (sync > 0) api.changeStatuses(10);
    const { syncs: told, error } = await invoke(name, { mode: 'backfill' });
    if (told?.[0]?.status !== 'done') throw new Error(`sync ${sync} was not done: ${error ?? told?.[0]?.status}`);
    readings.push(told[0].syncId);
  }
});
afterAll(async () => {
  endClients();
  await api.close();
});

async function ask(event: CompactEvent): Promise<CompactAnswer> {
  const command = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) });
  const { FunctionError, Payload } = await clients.lambda.send(command);
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString('utf8')) as CompactAnswer & { errorMessage?: string };
  if (FunctionError) throw new Error(answer.errorMessage ?? 'the function failed');
  return answer;
}

/** The deployed grace is an hour at least. */
async function setGrace(hours: number): Promise<void> {
  const about = { FunctionName: functionName };
  const { Environment } = await clients.lambda.send(new GetFunctionConfigurationCommand(about));
  const { [settingsVariable]: text = '', ...others } = Environment?.Variables ?? {};
  const settings: CompactionSettings = { ...(JSON.parse(text) as CompactionSettings), graceHours: hours };
  const Variables = { ...others, [settingsVariable]: JSON.stringify(settings) };
  await clients.lambda.send(new UpdateFunctionConfigurationCommand({ ...about, Environment: { Variables } }));
}

const tables = tablesOf(deployed(name).instanceOf).map((table) => table.name);
const payments = tables[0] as string;
const keysOf = async (table: string) => (await store.list(tablePrefix(table))).map(({ key }) => key);
/** Keys of the files that open rounds have superseded. */
const superseded = async () => {
  const items = await checkpoints.readAll(`compaction#${payments}`);
  return items.flatMap(({ item, state }) => {
    const [month = '', round] = item.split('#');
    if (round === undefined) return [];
    return (state as RoundState).inputs.map((file) => `${monthPrefix(payments, month)}${file}.parquet`);
  });
};

let before: string[];

test('compact --stack has the function fold the months of a table and tells what it did; the views stay equal', async () => {
  before = await keysOf(payments);
  const { code, out, err } = await payLake('compact', payments);
  expect({ code, err }).toEqual({
    code: 0,
    err: expect.stringMatching(new RegExp(`^${payments} 2026-\\d\\d: (\\d+) files, .* → 1, `)),
  });
  expect(out).toMatch(/^\d+ files, .* → \d, .*; the old ones are deleted by a compact run in a day or later\n$/);
  const old = await superseded();
  expect(old.length).toBeGreaterThanOrEqual(syncs - 1);
  expect(before).toEqual(expect.arrayContaining(old));
  expect((await keysOf(payments)).length - before.length).toBe(1);
  await expectWarehouseEquals(name, api);
});

test('the weekly event has the function fold each month that has work, under its own role', async () => {
  const [, child = ''] = tables;
  const files = (await keysOf(child)).length;
  const answer = await ask({ table: child });
  expect(answer).toMatchObject({ invoked: [{ table: child }] });
  await until('the folded file', 60, async () => (await keysOf(child)).length > files);
  await expectWarehouseEquals(name, api);
});

test('before its grace is over nothing is deleted, after it what was superseded, and the views stay equal', async () => {
  expect(await ask({ table: payments, only: 'deletions' })).toEqual({ invoked: [], staleSeenIds: 0 });
  expect(await keysOf(payments)).toEqual(expect.arrayContaining(before));
  const old = await superseded();
  await setGrace(0);
  try {
    expect(await ask({ table: payments, only: 'deletions' })).toMatchObject({ invoked: [{ table: payments }] });
    await until('the deletion', 60, async () => (await superseded()).length === 0);
  } finally {
    await setGrace(24);
  }
  const left = await keysOf(payments);
  expect(left.filter((key) => old.includes(key))).toEqual([]);
  expect(left.length).toBe(before.length - old.length + 1);
  await expectWarehouseEquals(name, api);
});

test('the daily event deletes the seen ids of all readings but the last two', async () => {
  const readingsKept = async () => (await store.list(`state/${name}/`)).map(({ key }) => key.split('/')[2]);
  expect(await readingsKept()).toEqual(readings);
  const { staleSeenIds } = (await ask({ only: 'deletions' })) as { staleSeenIds: number };
  expect(staleSeenIds).toBeGreaterThanOrEqual(syncs - 2);
  expect(await readingsKept()).toEqual(readings.slice(-2));
});

test('a sync after it writes only what has changed since, upon the folded files', async () => {
  api.changeStatuses(5);
  const { syncs: told } = await invoke(name, { mode: 'backfill' });
  expect(told).toMatchObject([{ status: 'done', written: 5 }]);
  await expectWarehouseEquals(name, api);
});

test('its role may delete files of all tables and seen ids, which it may not read, and reads no secret', async () => {
  await ask({ dryRun: true });
  const { s3, secrets, dynamo } = await asFunction(functionName);
  const files = s3Store(s3, bucket);
  const bytes = new TextEncoder().encode('x');
  const denied = expect.objectContaining({ name: expect.stringContaining('AccessDenied') });
  const [file, seen] = [`${tablePrefix('loads')}month=2015-01/_role-test`, 'state/role-test/seen.json'];
  await files.putNew(file, bytes);
  await store.putNew(seen, bytes);
  expect(await files.list('state/role-test/')).toHaveLength(1);
  await expect(files.read(seen, 0, 1)).rejects.toThrow('needs s3:GetObject');
  await expect(files.putNew('state/role-test/other', bytes)).rejects.toThrow('needs s3:PutObject');
  await files.delete([file, seen]);
  expect(await store.list('state/role-test/')).toEqual([]);
  const elsewhere = new DeleteObjectCommand({ Bucket: bucket, Key: 'results/role-test' });
  await expect(s3.send(elsewhere)).rejects.toEqual(denied);
  const { secretId } = deployed(name);
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: secretId }))).rejects.toEqual(denied);
  const table = description.outputs.CheckpointTable as string;
  await expect(new CheckpointTable(dynamo, table).readAll()).rejects.toThrow('AccessDenied');
});
