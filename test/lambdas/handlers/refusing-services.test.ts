import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { TransientError } from '../../../lambdas/errors.ts';
import { CheckpointTable } from '../../../lambdas/load/checkpoint-table.ts';
import { s3Store } from '../../../lambdas/load/s3-store.ts';
import { metrics } from '../../../lambdas/warehouse/function-settings.ts';
import { startCheckoutPage } from '../../../local/sample-apis/checkout-page.ts';
import type { SampleApi } from '../../../local/sample-apis/sample-api.ts';
import { type AnsweringServer, answeringServer } from '../../support/answering-server.ts';
import {
  closeFunctionBenches,
  type FunctionBench,
  functionBench,
  today,
  type WorldChanges,
} from '../../support/function-bench.ts';
import { checkoutPageInstance } from '../../support/lake-builder.ts';
import { failure } from '../../support/test-client.ts';

const options = { region: 'eu-central-1', maxAttempts: 1, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
const closing: (() => void | Promise<void>)[] = [];
let api: SampleApi;
let bench: FunctionBench;
beforeAll(async () => {
  api = await startCheckoutPage({ payments: 30, months: 1, now: () => today });
});
beforeEach(async () => {
  bench = await functionBench(api, checkoutPageInstance);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await closeFunctionBenches();
});
afterAll(() => api.close());

function closeAfterwards(server: AnsweringServer, client: { destroy(): void }): void {
  closing.push(() => client.destroy(), server.close);
}

/** S3 with nothing in it, that refuses whatever is put. */
async function refusingS3(status: number, code: string): Promise<WorldChanges> {
  const listing = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
  const server = await answeringServer((request, response) => {
    const isPut = request.method === 'PUT';
    request.resume().on('end', () => {
      response.writeHead(isPut ? status : 200, { 'content-type': 'application/xml' });
      response.end(isPut ? `<Error><Code>${code}</Code><Message>said by the test</Message></Error>` : listing);
    });
  });
  const client = new S3Client({ ...options, endpoint: server.baseUrl, forcePathStyle: true });
  closeAfterwards(server, client);
  return { store: s3Store(client, 'lake') };
}

async function refusingDynamo(status: number, code: string): Promise<WorldChanges> {
  const server = await answeringServer({ status, body: { __type: `com.amazonaws.dynamodb#${code}` } });
  const client = new DynamoDBClient({ ...options, endpoint: server.baseUrl });
  closeAfterwards(server, client);
  return { checkpoints: new CheckpointTable(client, 'the-table') };
}

const refusing = { S3: refusingS3, DynamoDB: refusingDynamo } as const;

/** The same event once more, with the service as it should be: every payment is there, once. */
async function expectNothingLost(): Promise<void> {
  expect(await bench.invoke({})).toMatchObject({ syncs: [{ status: 'done', written: 30 }] });
  await bench.equalsApi();
}

test.each([
  ['S3', 403, 'AccessDenied', /access denied; the role needs s3:PutObject on it/],
  ['DynamoDB', 400, 'AccessDeniedException', /checkpoint table the-table refused: AccessDeniedException.*mend the/],
] as const)('%s refuses for good (%i %s): what to do is answered, the alarm rings, nothing is lost', async (...row) => {
  const [service, status, code, text] = row;
  const { error } = await bench.invoke({}, await refusing[service](status, code));
  expect(error).toMatch(text);
  expect(bench.metrics.get(metrics.syncFailed)).toBe(1);
  await expectNothingLost();
});

test.each([
  ['S3', 503, 'SlowDown', /asked to slow down/],
  ['S3', 400, 'ThrottlingException', /asked to slow down/],
  ['DynamoDB', 400, 'ThrottlingException', /ThrottlingException.*nothing was lost/],
  ['DynamoDB', 400, 'ProvisionedThroughputExceededException', /nothing was lost/],
] as const)('%s refuses for a while (%i %s): Lambda tries the event again, nothing is lost', async (...row) => {
  const [service, status, code, text] = row;
  const error = await failure(bench.invoke({}, await refusing[service](status, code)));
  expect(error).toBeInstanceOf(TransientError);
  expect(error.message).toMatch(text);
  expect(bench.metrics.get(metrics.syncFailed)).toBe(1);
  await expectNothingLost();
});
