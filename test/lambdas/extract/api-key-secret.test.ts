import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { TerminalError, TransientError } from '../../../lambdas/errors.ts';
import { keyFromSecret } from '../../../lambdas/extract/api-key-secret.ts';
import { failure } from '../../support/test-client.ts';

/** The real SDK client against an endpoint that speaks Secrets Manager's JSON protocol, as far as GetSecretValue. */
async function read(status: number, answer: object): Promise<{ key: string; keyName: string; asked: string }> {
  let asked = '';
  const server = createServer(async (request, response) => {
    for await (const chunk of request) asked += chunk;
    asked += request.headers['x-amz-target'];
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  try {
    return { ...(await keyFromSecret(client, 'lake/commet')), asked };
  } finally {
    client.destroy();
    server.close();
  }
}

test('the secret’s text is the key, its name the key’s name', async () => {
  const asked = '{"SecretId":"lake/commet"}secretsmanager.GetSecretValue';
  expect(await read(200, { SecretString: 'sk_1\n' })).toEqual({ key: 'sk_1', keyName: 'secret lake/commet', asked });
});

test.each([
  ['that does not exist', 400, { __type: 'ResourceNotFoundException', message: 'no' }],
  ['with an empty text', 200, { SecretString: '' }],
  ['without a text', 200, { SecretBinary: 'c2tfMQ==' }],
])('a secret %s says how to put the key', async (_, status, answer) => {
  const error = await failure(read(status, answer));
  expect(error).toBeInstanceOf(TerminalError);
  expect(error.message).toBe(
    "secret lake/commet holds no API key: put the bare key with 'aws secretsmanager put-secret-value " +
      "--secret-id lake/commet --secret-string file:///dev/stdin', then run again",
  );
});

test.each(['{"apiKey":"sk_hidden"}', 'Bearer sk_hidden', 'sk_hidden\nsk_hidden'])(
  'a secret that is not a bare key (%p) is refused without showing it',
  async (SecretString) => {
    const error = await failure(read(200, { SecretString }));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).toMatch(/^secret lake\/commet: its value must be the bare key/);
    expect(error.message).not.toContain('hidden');
  },
);

test('a secret that may not be read names the permission', async () => {
  const error = await failure(read(400, { __type: 'AccessDeniedException', message: 'no' }));
  expect(error).toBeInstanceOf(TerminalError);
  expect(error.message).toContain('needs secretsmanager:GetSecretValue');
});

test('a Secrets Manager that fails is to be tried again', async () => {
  const error = await failure(read(500, { __type: 'InternalServiceError', message: 'no' }));
  expect(error).toBeInstanceOf(TransientError);
  expect(error.message).toContain('InternalServiceError');
});
