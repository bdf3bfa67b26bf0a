import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { TerminalError, TransientError } from '../../../lambdas/errors.ts';
import { personalDataOf, personalDataOnce } from '../../../lambdas/handlers/personal-data.ts';
import { hashedUnder } from '../../../lambdas/transform/personal-data.ts';
import type { FunctionSettings } from '../../../lambdas/warehouse/function-settings.ts';
import { type Answer, type AnsweringServer, answeringServer } from '../../support/answering-server.ts';
import { failure } from '../../support/test-client.ts';

const key = '5a'.repeat(32);
const settings = (personalData?: FunctionSettings['personalData']) => ({ personalData }) as FunctionSettings;
const hash = settings({ mode: 'hash', secretId: 'the-key' });
const secret = (SecretString: string): Answer => ({ body: { SecretString } });
const open: { server: AnsweringServer; client: SecretsManagerClient }[] = [];
afterEach(async () => {
  for (const { server, client } of open.splice(0)) {
    client.destroy();
    await server.close();
  }
});

/** The real client; the server answers as Secrets Manager does. */
async function secrets(...answers: readonly Answer[]) {
  const server = await answeringServer(...answers);
  const client = new SecretsManagerClient({
    endpoint: server.baseUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  open.push({ server, client });
  return { client, server };
}

test('no secret is read where personal data is kept or dropped', async () => {
  const { client, server } = await secrets({});
  expect(await personalDataOf(client, settings())).toEqual({ mode: 'keep' });
  expect(await personalDataOf(client, settings({ mode: 'drop' }))).toEqual({ mode: 'drop' });
  expect(server.requests).toEqual([]);
});

test('the key is read once for a container, and again after a failure', async () => {
  const { client, server } = await secrets({ status: 500 }, secret(`${key}\n`));
  const once = personalDataOnce(client);
  expect(await failure(once(hash))).toBeInstanceOf(TransientError);
  const { keyCheck } = hashedUnder(key) as { keyCheck: string };
  expect([await once(hash), await once(hash)]).toMatchObject([{ mode: 'hash', keyCheck }, { keyCheck }]);
  expect(server.requests).toHaveLength(2);
});

test.each(['', 'hunter2', `${key}00`])('a secret that holds no key is refused, and not shown: %j', async (value) => {
  const { client } = await secrets(secret(value));
  const error = await failure(personalDataOf(client, hash));
  expect(error).toBeInstanceOf(TerminalError);
  expect(error.message).toContain('secret the-key: its value must be 64 hex digits');
  if (value !== '') expect(error.message).not.toContain(value);
});
