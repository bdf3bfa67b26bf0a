import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { environmentOf } from './function-process.ts';
import { connection, description } from './stack.ts';

const opened: { destroy(): void }[] = [];

/** Clients with the credentials of a function that was just invoked. @throws if none of its processes is there */
export async function asFunction(functionName: string) {
  const variables = await environmentOf(description.pid, functionName);
  const credentials = {
    accessKeyId: variables.get('AWS_ACCESS_KEY_ID') ?? '',
    secretAccessKey: variables.get('AWS_SECRET_ACCESS_KEY') ?? '',
    sessionToken: variables.get('AWS_SESSION_TOKEN') ?? '',
  };
  const options = { ...connection, credentials, maxAttempts: 1 };
  const made = {
    s3: new S3Client({ ...options, forcePathStyle: true }),
    dynamo: new DynamoDBClient(options),
    secrets: new SecretsManagerClient(options),
    lambda: new LambdaClient(options),
  };
  opened.push(...Object.values(made));
  return made;
}

export function endClients(): void {
  for (const client of opened.splice(0)) client.destroy();
}
