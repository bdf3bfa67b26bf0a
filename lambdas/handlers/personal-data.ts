import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { TerminalError } from '../errors.ts';
import { textOfSecret } from '../extract/api-key-secret.ts';
import { hashedUnder, isPersonalDataKey, type PersonalData } from '../transform/personal-data.ts';
import type { FunctionSettings } from '../warehouse/function-settings.ts';

/**
 * What the deployment does with personal columns.
 *
 * @throws {TerminalError} if the key is missing, no key, or may not be read; never with what the secret holds
 * @throws {TransientError} if Secrets Manager could not be reached
 */
export async function personalDataOf(
  client: SecretsManagerClient,
  { personalData }: FunctionSettings,
): Promise<PersonalData> {
  if (personalData?.mode !== 'hash') return { mode: personalData?.mode ?? 'keep' };
  const { secretId } = personalData;
  const key = await textOfSecret(client, secretId);
  if (isPersonalDataKey(key)) return hashedUnder(key);
  throw new TerminalError(
    `secret ${secretId}: its value must be 64 hex digits, got ${key.length} characters that are not; personal data is hashed under it: put back what it was`,
  );
}

/** Reads the key once for a container: unlike an API key it never changes. */
export function personalDataOnce(client: SecretsManagerClient): (settings: FunctionSettings) => Promise<PersonalData> {
  let read: Promise<PersonalData> | null = null;
  return (settings) => {
    read ??= personalDataOf(client, settings).catch((error: unknown) => {
      read = null;
      throw error;
    });
    return read;
  };
}
