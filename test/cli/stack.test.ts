import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runCommand } from '../../cli/main.ts';
import { readStack } from '../../cli/stack.ts';
import { restoreAwsEnvironment, setAwsEnvironment } from '../support/aws-environment.ts';
import { type AwsServer, awsServer, type Operation, Refusal } from '../support/aws-server.ts';
import { collectedIo } from '../support/collected-io.ts';
import { describeStacks } from '../support/stack-outputs.ts';

let server: AwsServer | null = null;
afterEach(async () => {
  restoreAwsEnvironment();
  await server?.close();
  server = null;
});

async function answering(operation: Operation, env: Readonly<Record<string, string | undefined>> = {}) {
  server = await awsServer({ 'CloudFormation.DescribeStacks': operation });
  setAwsEnvironment({ AWS_ENDPOINT_URL: server.url, ...env });
}

const refusing = (code: string, message: string, status?: number) => () => {
  throw new Refusal(code, message, status);
};

/** What the command says of it, and its exit code. */
async function failure() {
  const { io, out, err } = collectedIo();
  const code = await runCommand(['status', '--stack', 'Lake'], io);
  return { code, out: out(), err: err() };
}

test("a stack's outputs are read at AWS_ENDPOINT_URL", async () => {
  await answering(describeStacks());
  expect(await readStack('Lake')).toMatchObject({
    instances: [
      { name: 'commet', source: { name: 'commet' }, functionName: 'stack-commet-Function' },
      { name: 'shop', source: { name: 'checkout_page' }, functionName: 'stack-shop-Function' },
    ],
    workgroup: 'payments_lake_dev',
    currentDatabase: 'payments_lake_dev',
  });
  expect(server?.calls).toMatchObject([{ input: { StackName: 'Lake' } }]);
});

describe('in one line with the next step, exit 1:', () => {
  test.each<[string, Operation, string]>([
    [
      'no such stack, or another region',
      refusing('ValidationError', 'Stack with id Lake does not exist'),
      "the stack 'Lake' in eu-west-1 was not found (Stack with id Lake does not exist): check --stack, AWS_REGION and AWS_PROFILE",
    ],
    [
      "a stack of somebody else's",
      describeStacks({ Instances: undefined, Workgroup: undefined }),
      "the stack 'Lake' in eu-west-1 has no output Instances, Workgroup (it is CREATE_COMPLETE): it is not payments-lake's, or its deploy did not end; run npx cdk deploy",
    ],
    [
      'an output that is not ours',
      describeStacks({ Instances: 'i-0abc, i-0def' }),
      "the stack 'Lake' in eu-west-1: its output Instances is not payments-lake's: i-0abc, i-0def",
    ],
    [
      'an API of a newer version',
      describeStacks({ Instances: '[{"instance":"paddle","api":"paddle","functionName":"f"}]' }),
      "the stack 'Lake' in eu-west-1 has an instance of the API 'paddle', which this version does not know: update it",
    ],
    [
      'credentials that have expired',
      refusing('ExpiredToken', 'The security token included in the request is expired', 403),
      'the AWS credentials have expired: sign in again',
    ],
    [
      'credentials that AWS does not know',
      refusing('InvalidClientTokenId', 'The security token included in the request is invalid.', 403),
      'AWS refuses the credentials (InvalidClientTokenId): check AWS_PROFILE, or sign in again',
    ],
    [
      'as many functions as the account may run',
      refusing('TooManyRequestsException', 'Rate Exceeded.', 400),
      "the stack 'Lake' in eu-west-1 has no room for it now (Rate Exceeded.): try again in a minute",
    ],
    [
      'no permission',
      refusing('AccessDenied', 'User arn:x is not authorized to perform: cloudformation:DescribeStacks', 403),
      "the stack 'Lake' in eu-west-1: access denied: User arn:x is not authorized to perform: cloudformation:DescribeStacks",
    ],
  ])('%s', async (_, operation, message) => {
    await answering(operation);
    expect(await failure()).toEqual({ code: 1, out: '', err: `payments-lake: ${message}\n` });
  });

  test('no credentials at all', async () => {
    await answering(describeStacks(), { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
    const { code, err } = await failure();
    expect(code).toBe(1);
    expect(err).toMatch(/^payments-lake: no AWS credentials could be loaded \(.+\): set AWS_PROFILE, .+\n$/);
  });

  test('no region', async () => {
    await answering(describeStacks(), { AWS_REGION: undefined });
    expect((await failure()).err).toBe(
      'payments-lake: no AWS region is set: set AWS_REGION, or region in the profile, to where the stack is\n',
    );
  });

  test('a region that can be none', async () => {
    await answering(describeStacks(), { AWS_REGION: 'eu west' });
    expect((await failure()).err).toMatch(
      /^payments-lake: AWS_REGION must be a region, such as eu-west-1: .*"eu west" is not a valid hostname component\.\n$/,
    );
  });

  test('nobody answers', async () => {
    await answering(describeStacks());
    await server?.close();
    // In a process of its own: under jest the SDK does not know a failed connection for an Error.
    const command = join(__dirname, '..', '..', 'cli', 'payments-lake.js');
    const { status, stderr } = spawnSync(command, ['status', '--stack', 'Lake'], {
      encoding: 'utf8',
      env: { ...process.env },
    });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        "payments-lake: the stack 'Lake' in eu-west-1: AWS can't be reached (ECONNREFUSED): check the network, AWS_REGION, and AWS_ENDPOINT_URL if it is set\n",
    });
  });
});

describe('wrongly called, it says so in one line and asks nobody, exit 2:', () => {
  test.each([
    [
      ['sync', '--stack', 'Lake', '--lake', 'x'],
      "--lake and --stack exclude each other: a stack's files lie in its bucket",
    ],
    [
      ['sync', 'shop', '--stack', 'Lake', '--base-url', 'https://a.example'],
      '--base-url and --stack exclude each other: the deployment says it: baseUrl of the instance, in cdk.json',
    ],
    [
      ['sync', '--stack', 'Lake', '--rate', '60/min'],
      '--rate and --stack exclude each other: in the cloud all syncs on one key share the documented limit',
    ],
    [
      ['sync', 'shop', '--stack', 'Lake', '--api', 'commet'],
      '--api and --stack exclude each other: the stack knows the API of each of its instances',
    ],
    [
      ['sync', '--stack', 'Lake', '--same-account'],
      '--same-account and --stack exclude each other: it goes with --base-url, which the deployment says',
    ],
    [
      ['query', 'SELECT 1', '--stack', 'Lake', '--lake', './lake'],
      "--lake and --stack exclude each other: a stack's files lie in its bucket",
    ],
    [
      ['status', '--stack', 'my stack'],
      "option '--stack <name>' argument 'my stack' is invalid. It is the name of a CloudFormation stack: letters, digits and hyphens.",
    ],
    [
      ['sync', '--stack', 'Lake', '--from', '2026-02-01', '--to', '2026-01-01'],
      '--from must be before --to, got --from 2026-02-01 --to 2026-01-01',
    ],
    [['sync', 'shop', 'shop', '--stack', 'Lake'], "a SOURCE is named once, got 'shop' twice"],
  ])('%p', async (args, message) => {
    await answering(describeStacks());
    const { io, out, err } = collectedIo();
    const code = await runCommand(args, io);
    expect({ code, out: out(), err: err() }).toEqual({ code: 2, out: '', err: `payments-lake: ${message}\n` });
    expect(server?.calls).toEqual([]);
  });

  test.each([
    [
      ['sync', 'checkout_page', '--stack', 'Lake'],
      "SOURCE must be an instance of the stack Lake: commet, shop; got 'checkout_page'",
    ],
    [
      ['sync', 'shop', '--stack', 'Lake', '--filter', 'customerId=x'],
      "--filter: checkout_page has the filters status, pageId, search, got 'customerId'; name the SOURCE that has it",
    ],
  ])('%p, once it knows the stack', async (args, message) => {
    await answering(describeStacks());
    const { io, err } = collectedIo();
    expect(await runCommand(args, io)).toBe(2);
    expect(err()).toBe(`payments-lake: ${message}\n`);
    expect(server?.calls).toHaveLength(1);
  });
});
