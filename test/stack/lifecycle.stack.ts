import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { cdkOn } from './cdk.ts';
import { configuration, instances } from './configuration.ts';
import { bucket, checkpoints, clients, connection, deployed, description, store } from './stack.ts';

const { env, folder, ports } = description;
const cdk = cdkOn(env, folder, configuration(ports));
const cloudFormation = new CloudFormationClient(connection);
let assembly: string;

afterAll(() => cloudFormation.destroy());

test('a second deploy, synthesised anew, changes nothing, and cdk diff is empty', async () => {
  assembly = await cdk.synth('again');
  const { changed, outputs } = await cdk.deploy(assembly);
  expect(changed).toEqual([]);
  expect(outputs).toEqual(description.outputs);
  await expect(cdk.diff(assembly)).resolves.toBeUndefined();
});

test('destroy takes the functions away and leaves the bucket with its files, the table with its checkpoints, and their key', async () => {
  await store.putNew('warehouse/kept/file', Buffer.from('kept'));
  await checkpoints.move({ instance: 'kept', item: 'instance' }, null, {});
  const [files, items] = [await store.list('warehouse/'), await checkpoints.readAll('kept')];
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'PaymentsLake-test' }));
  await cdk.destroy(assembly);

  const { functionName } = deployed(instances.backfilled);
  await expect(clients.lambda.send(new GetFunctionCommand({ FunctionName: functionName }))).rejects.toThrow(
    expect.objectContaining({ name: 'ResourceNotFoundException' }),
  );
  expect(await store.list('warehouse/')).toEqual(files);
  expect(await checkpoints.readAll('kept')).toEqual(items);
  // Of a stack that is gone only its id tells.
  const about = { StackName: Stacks?.[0]?.StackId };
  const kept: (string | undefined)[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client: cloudFormation }, about)) {
    const skipped = StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_SKIPPED');
    kept.push(...skipped.map(({ ResourceType }) => ResourceType));
  }
  expect(kept.sort()).toEqual(['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy']);
});

// ministack gives a new table the name of the one before, so that of the two only the bucket is looked at.
test('a deploy after it makes a new bucket beside the old one', async () => {
  const { outputs } = await cdk.deploy(assembly);
  expect(outputs.Bucket).not.toBe(bucket);
  expect(await store.list('warehouse/kept/')).toHaveLength(1);
});
