import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { TerminalError, TransientError } from '../../../lambdas/errors.ts';
import { s3Store } from '../../../lambdas/load/s3-store.ts';
import { type Answer, type AnsweringServer, answeringServer } from '../../support/answering-server.ts';

const bytes = new TextEncoder().encode('PAR1');
const checksum = createHash('sha256').update(bytes).digest('base64');
const failure = (status: number, code: string): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>said by the test</Message></Error>`,
});

const servers: { server: AnsweringServer; client: S3Client }[] = [];
afterEach(async () => {
  for (const { server, client } of servers.splice(0)) {
    client.destroy();
    await server.close();
  }
});

/** A store whose S3 gives these answers in turn; `waits` is how long it waited between its tries. */
async function storeOn(...answers: Answer[]) {
  const server = await answeringServer(...answers);
  const client = new S3Client({
    endpoint: server.baseUrl,
    region: 'eu-central-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  servers.push({ server, client });
  const waits: number[] = [];
  const wait = async (ms: number) => {
    waits.push(ms);
  };
  return { store: s3Store(client, 'lake', wait), requests: server.requests, waits };
}

test('a put asks S3 to refuse a key that is there, and to check the bytes', async () => {
  const { store, requests } = await storeOn({});
  await store.putNew('w/a.parquet', bytes);
  expect(requests[0]?.url).toMatch(/^\/lake\/w\/a\.parquet/);
  expect(requests[0]?.headers).toMatchObject({ 'if-none-match': '*', 'x-amz-checksum-sha256': checksum });
});

test('a key refused because our own earlier try is there is a success', async () => {
  const { store, requests } = await storeOn(failure(412, 'PreconditionFailed'), {
    headers: { 'x-amz-checksum-sha256': checksum },
    body: '',
  });
  await store.putNew('a', bytes);
  expect(requests[1]?.headers).toMatchObject({ 'x-amz-checksum-mode': 'ENABLED' });
});

test('a key with other bytes is refused', async () => {
  const other = createHash('sha256').update('other').digest('base64');
  const { store } = await storeOn(failure(412, 'PreconditionFailed'), {
    headers: { 'x-amz-checksum-sha256': other },
    body: '',
  });
  const put = store.putNew('a', bytes);
  await expect(put).rejects.toThrow(TerminalError);
  await expect(put).rejects.toThrow('s3://lake/a: no object is ever overwritten');
});

test('an object stored without a checksum is compared by its bytes', async () => {
  const { store } = await storeOn(
    failure(412, 'PreconditionFailed'),
    { headers: { 'content-length': '4' }, body: '' },
    { status: 206, body: 'PAR1' },
  );
  await expect(store.putNew('a', bytes)).resolves.toBeUndefined();
});

test('a 409 is tried again after a while, and given up after five tries', async () => {
  const conflict = failure(409, 'ConditionalRequestConflict');
  const passing = await storeOn(conflict, conflict, {});
  await passing.store.putNew('a', bytes);
  expect(passing.waits).toEqual([200, 400]);

  const lasting = await storeOn(conflict);
  await expect(lasting.store.putNew('a', bytes)).rejects.toThrow(TransientError);
  expect(lasting.requests).toHaveLength(5);
});

test.each([
  [503, 'SlowDown'],
  [500, 'InternalError'],
  // The key's own limit, a clock that is wrong, a body that came too slowly, a role's credentials at their end.
  [400, 'ThrottlingException'],
  [400, 'KMS.ThrottlingException'],
  [403, 'RequestTimeTooSkewed'],
  [400, 'RequestTimeout'],
  [400, 'ExpiredToken'],
])('%s %s is transient, and left to the client to try again', async (status, code) => {
  const { store, requests } = await storeOn(failure(status, code));
  await expect(store.putNew('a', bytes)).rejects.toThrow(TransientError);
  expect(requests).toHaveLength(1);
});

test('a connection that breaks is transient', async () => {
  const { store } = await storeOn((request) => request.socket.destroy());
  await expect(store.putNew('a', bytes)).rejects.toThrow(TransientError);
});

test('access denied names the bucket, the key and the permission', async () => {
  const { store } = await storeOn(failure(403, 'AccessDenied'));
  const put = store.putNew('w/a', bytes);
  await expect(put).rejects.toThrow(TerminalError);
  await expect(put).rejects.toThrow('s3://lake/w/a: access denied; the role needs s3:PutObject');
  await expect(store.read('w/a', 0, 4)).rejects.toThrow('s3:GetObject');
  await expect(store.list('w/')).rejects.toThrow('s3://lake/w/: access denied; the role needs s3:ListBucket');
});

test('a bucket that is not there is terminal, an object that is gone is not', async () => {
  await expect((await storeOn(failure(404, 'NoSuchBucket'))).store.list('w/')).rejects.toThrow(TerminalError);
  const { store } = await storeOn(failure(404, 'NoSuchKey'));
  const read = store.read('a', 0, 4);
  await expect(read).rejects.toThrow(TransientError);
  await expect(read).rejects.toThrow('s3://lake/a: was listed and is gone: list again');
});

const listing = (keys: readonly string[], next?: string): Answer => ({
  headers: { 'content-type': 'application/xml' },
  body:
    `<?xml version="1.0"?><ListBucketResult><IsTruncated>${next !== undefined}</IsTruncated>` +
    `${next ? `<NextContinuationToken>${next}</NextContinuationToken>` : ''}` +
    `${keys.map((key) => `<Contents><Key>${key}</Key><Size>${key.length}</Size></Contents>`).join('')}</ListBucketResult>`,
});

test('a list goes through all pages, without names that begin with _ or .', async () => {
  const { store, requests } = await storeOn(
    listing(['w/a', 'w/_b', 'w/_c/d'], 'more+/='),
    listing(['w/e', 'w/m=1/f_g']),
  );
  expect(await store.list('w/')).toEqual([
    { key: 'w/a', size: 3 },
    { key: 'w/e', size: 3 },
    { key: 'w/m=1/f_g', size: 9 },
  ]);
  expect(requests[1]?.url).toContain('continuation-token=more%2B%2F%3D');
});

test('a read asks for just its bytes', async () => {
  const { store, requests } = await storeOn({ status: 206, body: 'AR' });
  expect(Buffer.from(await store.read('a', 1, 3)).toString()).toBe('AR');
  expect(requests[0]?.headers).toMatchObject({ range: 'bytes=1-2' });
});

test('an answer with fewer bytes than asked for is transient', async () => {
  const { store } = await storeOn({ status: 206, body: 'A' });
  await expect(store.read('a', 1, 3)).rejects.toThrow('s3://lake/a: bytes=1-2 is 2 bytes, got 1');
});

test('deletes go a thousand at a time, and one that is not there is no error', async () => {
  const answer = { headers: { 'content-type': 'application/xml' }, body: '<DeleteResult/>' };
  const { store, requests } = await storeOn(answer);
  await store.delete(Array.from({ length: 1001 }, (_, number) => `warehouse/t/${number}.parquet`));
  expect(requests.map(({ url }) => url)).toEqual([
    expect.stringContaining('?delete'),
    expect.stringContaining('?delete'),
  ]);
  await store.delete([]);
  expect(requests).toHaveLength(2);
});

test.each([
  ['AccessDenied', TerminalError, 'needs s3:DeleteObject'],
  ['InternalError', TransientError, 'did not delete it (InternalError)'],
])('a key that S3 does not delete in an answer of 200 is an error: %s', async (code, type, said) => {
  const refused = `<DeleteResult><Error><Key>warehouse/a</Key><Code>${code}</Code></Error></DeleteResult>`;
  const { store } = await storeOn({ headers: { 'content-type': 'application/xml' }, body: refused });
  const outcome = await store.delete(['warehouse/a']).catch((error: Error) => error);
  expect(outcome).toBeInstanceOf(type);
  expect((outcome as Error).message).toContain(said);
});

test.each(['results/a', 'warehouse', 'warehouse/', '/warehouse/a', 'warehouse/../a', 'state/./a', 'warehousex/a'])(
  'no store deletes the key %s',
  async (key) => {
    const { store, requests } = await storeOn();
    await expect(store.delete(['warehouse/a', key])).rejects.toThrow(TerminalError);
    expect(requests).toEqual([]);
  },
);
