import { Duration } from 'aws-cdk-lib';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { databasesOf } from '../lambdas/warehouse/databases.ts';
import type { FunctionSettings } from '../lambdas/warehouse/function-settings.ts';
import { acknowledge } from './acknowledged.ts';
import { syncEntry } from './bundling.ts';
import type { Configuration, InstanceConfiguration } from './configuration.ts';
import { allowCounting } from './counting-rights.ts';
import type { DeadLetters } from './dead-letters.ts';
import { pipelineFunction } from './pipeline-function.ts';
import { workgroupName } from './query-workgroup.ts';
import type { Storage } from './storage.ts';
import { syncRole } from './sync-role.ts';

export interface SyncFunctionProps {
  /** Whose payments it reads: one account of one API. */
  readonly instance: InstanceConfiguration;
  /** Memory in MB (default 1769, one whole core), time in seconds (default 900), and the sync's own settings. */
  readonly configuration: Configuration;
  /** Bucket and checkpoints it writes; the key also encrypts its secret. */
  readonly storage: Storage;
  /** What personal data is hashed under; null: it is not hashed. */
  readonly personalDataKey: CfnSecret | null;
  /** `failed` takes the events that three tries came to nothing with. */
  readonly deadLetters: DeadLetters;
}

/** The sync of one instance: its function, the secret with its API key, its role and its log. */
export class SyncFunction extends Construct {
  readonly instance: InstanceConfiguration;
  readonly function: NodejsFunction;
  readonly secret: CfnSecret;

  constructor(scope: Construct, id: string, props: SyncFunctionProps) {
    super(scope, id);
    const { instance, configuration, storage, deadLetters, personalDataKey } = props;
    this.instance = instance;
    // An L1 without value and without generated value: the one secret that CloudFormation makes empty and never
    // overwrites. While it is empty the function says so, and how to fill it.
    this.secret = new CfnSecret(this, 'ApiKey', {
      description: `payments-lake: the API key of ${instance.name}, bare`,
      kmsKeyId: storage.key.keyArn,
    });
    acknowledge(this.secret, {
      'AwsSolutions-SMG4': 'The key is made and revoked at the payments API, by a person; no code can rotate it.',
    });
    const role = syncRole(this, 'Role', {
      instance,
      storage,
      secrets: personalDataKey ? [this.secret, personalDataKey] : [this.secret],
    });
    allowCounting(role, { instance, stage: configuration.stage, storage });
    this.function = pipelineFunction(this, 'Function', {
      description: `payments-lake: sync of ${instance.name}`,
      entry: syncEntry,
      role,
      memorySize: configuration.memoryMb,
      timeout: Duration.seconds(configuration.timeoutSeconds),
      // A sync hands over to itself; the cap on that is the sync's own, mostContinuations. Without this Lambda ends
      // what looks like a loop to it after about 16 rounds, in the middle of a long backfill.
      recursiveLoop: RecursiveLoop.ALLOW,
      settings: settingsOf(props, this.secret),
      configuration,
      deadLetters,
    });
  }
}

const settingsOf = (
  { instance, configuration, storage: { bucket, checkpoints }, personalDataKey }: SyncFunctionProps,
  secret: CfnSecret,
): FunctionSettings => ({
  stage: configuration.stage,
  instance: instance.name,
  api: instance.source.name,
  baseUrl: instance.baseUrl,
  ...(instance.requestsPerMinute !== undefined && { requestsPerMinute: instance.requestsPerMinute }),
  bucket: bucket.bucketName,
  checkpointTable: checkpoints.tableName,
  workgroup: workgroupName(configuration.stage),
  currentDatabase: databasesOf(configuration.stage).current,
  secretId: secret.attrId,
  ...(personalDataKey && { personalData: { mode: 'hash', secretId: personalDataKey.attrId } }),
  ...(configuration.personalData === 'drop' && { personalData: { mode: 'drop' } }),
  lookbackDays: instance.lookbackDays,
  fullReadingDays: instance.fullReadingDays,
  encoder: configuration.encoder,
  leaseSeconds: configuration.leaseSeconds,
  waitForLeaseSeconds: configuration.waitForLeaseSeconds,
  reserveSeconds: configuration.reserveSeconds,
  mostContinuations: configuration.mostContinuations,
  mostRequestsPerBackfill: configuration.mostRequestsPerBackfill,
  sweepRequests: configuration.sweepRequests,
  recheckRequests: configuration.recheckRequests,
});
