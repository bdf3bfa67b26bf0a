import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { TerminalError, TransientError } from '../errors.ts';
import { type ApiKey, whatIsWrongWith, withoutNewline } from './api-key.ts';

/** Answers that stay the same until somebody changes a policy, a key or the function's configuration. */
const lasting = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'InvalidParameterException',
  'InvalidRequestException',
  'UnrecognizedClientException',
]);

/**
 * The key of an instance, from Secrets Manager. The secret's value is the bare key.
 *
 * @param secretId the secret's name or ARN, used as the key's name
 * @throws {TerminalError} if the secret is missing, empty, not a key, or may not be read
 * @throws {TransientError} if Secrets Manager could not be reached
 */
export async function keyFromSecret(client: SecretsManagerClient, secretId: string): Promise<ApiKey> {
  const key = await textOfSecret(client, secretId);
  if (key === '') throw new TerminalError(emptyText(secretId));
  // A secret made in the console as key/value pairs is JSON.
  const wrong = key.startsWith('{') ? 'must be the bare key, got JSON; set it again' : whatIsWrongWith(key);
  if (wrong !== null) throw new TerminalError(`secret ${secretId}: its value ${wrong}`);
  return { key, keyName: `secret ${secretId}` };
}

/** @returns without a newline at its end; '' for a secret that has no text value yet */
export async function textOfSecret(client: SecretsManagerClient, secretId: string): Promise<string> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return withoutNewline(SecretString ?? '');
  } catch (error) {
    // A secret without any value yet is answered like one that does not exist.
    if (error instanceof ResourceNotFoundException) return '';
    const name = error instanceof Error ? error.name : 'unknown error';
    if (!lasting.has(name)) throw new TransientError(`secret ${secretId} could not be read: ${name}; try again`);
    throw new TerminalError(
      `secret ${secretId} may not be read (${name}): the role needs secretsmanager:GetSecretValue on it, and kms:Decrypt on its key`,
    );
  }
}

const emptyText = (secretId: string): string =>
  `secret ${secretId} holds no API key: put the bare key with ` +
  `'aws secretsmanager put-secret-value --secret-id ${secretId} --secret-string file:///dev/stdin', then run again`;
