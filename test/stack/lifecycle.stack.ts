import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { cdkOn } from './cdk.ts';
import { configuration, instances } from './configuration.ts';
import { bucket, checkpoints, clients, deployed, description, keyOfBucket, keyState, store } from './stack.ts';

const { env, folder, ports } = description;
const cdk = cdkOn(env, folder, configuration(ports));
let assembly: string;

test('a second deploy, synthesised anew, changes nothing, and cdk diff is empty', async () => {
  assembly = await cdk.synth('again');
  const { printed, outputs } = await cdk.deploy(assembly);
  expect(printed).toContain('(no changes)');
  expect(outputs).toEqual(description.outputs);
  expect(await cdk.diff(assembly)).toContain('There were no differences');
});

test('destroy takes the functions away and leaves the bucket with its files, the table with its checkpoints, and their key', async () => {
  const key = await keyOfBucket();
  await store.putNew('warehouse/kept/file', Buffer.from('kept'));
  await checkpoints.move({ instance: 'kept', item: 'instance' }, null, {});
  const [files, items] = [await store.list('warehouse/'), await checkpoints.readAll('kept')];
  await cdk.destroy(assembly);

  const { functionName } = deployed(instances.backfilled);
  await expect(clients.lambda.send(new GetFunctionCommand({ FunctionName: functionName }))).rejects.toThrow(
    expect.objectContaining({ name: 'ResourceNotFoundException' }),
  );
  expect(await store.list('warehouse/')).toEqual(files);
  expect(await checkpoints.readAll('kept')).toEqual(items);
  expect(await keyState(key)).toBe('Enabled');
});

test('a deploy after it makes a new bucket and a new table beside them', async () => {
  const { outputs } = await cdk.deploy(assembly);
  expect(outputs.Bucket).not.toBe(bucket);
  expect(outputs.CheckpointTable).not.toBe(description.outputs.CheckpointTable);
  expect(await store.list('warehouse/kept/')).toHaveLength(1);
});
