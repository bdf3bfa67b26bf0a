import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { keyFromSecret } from '../extract/api-key-secret.ts';
import { realTiming } from '../extract/timing.ts';
import { CheckpointTable } from '../load/checkpoint-table.ts';
import { hyparquetEncoder } from '../load/parquet-hyparquet.ts';
import { s3Store } from '../load/s3-store.ts';
import { sharedBudget } from '../load/shared-budget.ts';
import type { FunctionSettings } from '../warehouse/function-settings.ts';
import { personalDataOnce } from './personal-data.ts';
import { requestHandler } from './request-handler.ts';
import type { Telemetry } from './telemetry.ts';
import type { World } from './world.ts';

/** What Lambda tells an invocation about itself, as far as it is used. */
export interface InvocationContext {
  readonly functionName: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Made once for a container; they hold connections, credentials and the key of personal data, never an API key. */
let clients: ReturnType<typeof makeClients> | null = null;

const makeClients = () => {
  const secrets = new SecretsManagerClient({ requestHandler });
  return {
    dynamo: new DynamoDBClient({ requestHandler }),
    s3: new S3Client({ requestHandler }),
    secrets,
    personalData: personalDataOnce(secrets),
  };
};

/** AWS's clients, as the SDK's default chain finds credentials, region and endpoint. */
export function awsWorld(settings: FunctionSettings, context: InvocationContext, telemetry: Telemetry): World {
  clients ??= makeClients();
  const { dynamo, s3, secrets, personalData } = clients;
  const { checkpointTable: table, bucket, instance, secretId } = settings;
  return {
    settings,
    checkpoints: new CheckpointTable(dynamo, table),
    store: s3Store(s3, bucket),
    encoder: async () =>
      settings.encoder === 'hyparquet'
        ? hyparquetEncoder
        : (await import('../load/parquet-parquetjs.ts')).parquetjsEncoder,
    apiKey: () => keyFromSecret(secrets, secretId),
    personalData: () => personalData(settings),
    budget: (options) => sharedBudget({ ...options, client: dynamo, table, instance, ...realTiming }),
    openQuery: async () => {
      const { openAthena } = await import('./open-athena.ts');
      return openAthena(settings);
    },
    invokeSelf: async (event) => {
      // Few invocations run out of time: the others need not load what this takes.
      const { invokeAgain } = await import('./invoke-again.ts');
      await invokeAgain(context.functionName, event);
    },
    remainingMs: () => context.getRemainingTimeInMillis(),
    memoryMb: Number(context.memoryLimitInMB),
    clock: realTiming,
    log: telemetry.log,
    metric: telemetry.metric,
  };
}
