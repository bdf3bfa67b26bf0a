import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { sharedTables, tablesOf } from '../lambdas/warehouse/history-tables.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { statesPrefix, tablePrefix } from '../lambdas/warehouse/keys.ts';
import { acknowledge, wildcardBehind } from './acknowledged.ts';
import { FunctionRole } from './function-role.ts';
import type { Storage } from './storage.ts';

export interface SyncRoleProps {
  /** Its tables and its checkpoints are what may be written. */
  readonly instance: Instance;
  /**
   * Objects are read and added below the instance's prefixes and the pipeline's, and none is deleted; of the checkpoints
   * those of the instance.
   */
  readonly storage: Storage;
  /** Its API key, and what personal data is hashed under: the only ones it may read. */
  readonly secrets: readonly CfnSecret[];
}

/**
 * What the sync of one instance does, and nothing else: it reads its own key, reads and adds objects under its own
 * prefixes and the pipeline's, reads and moves its own checkpoints. It can delete nothing.
 */
export function syncRole(scope: Construct, id: string, { instance, storage, secrets }: SyncRoleProps): FunctionRole {
  const { bucket, checkpoints, key } = storage;
  const role = new FunctionRole(scope, id, {
    description: `payments-lake: sync of ${instance.name}`,
    key,
    services: ['s3', 'dynamodb', 'secretsmanager'],
  });
  const prefixes = [
    ...[...tablesOf(instance), ...sharedTables].map(({ name }) => tablePrefix(name)),
    `${statesPrefix}${instance.name}/`,
  ];

  role.allow(
    ['secretsmanager:GetSecretValue'],
    secrets.map(({ attrId }) => attrId),
  );
  role.allow(
    ['s3:GetObject', 's3:PutObject'],
    prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
  );
  // Without it S3 answers a GET of an absent key with 403, not 404: below any other prefix nobody can tell the two apart.
  role.allow(['s3:ListBucket'], [bucket.bucketArn], {
    StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) },
  });
  // Never Scan: it names no leading key, and ForAllValues holds for none at all, so it would read every instance.
  role.allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'], [checkpoints.tableArn], {
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [instance.name] },
  });
  const bucketElement = bucket.node.defaultChild as CfnBucket;
  acknowledge(
    role,
    Object.fromEntries(
      prefixes.map((prefix) => [
        wildcardBehind(bucketElement, `/${prefix}*`),
        `Objects below ${prefix}, the instance's own or the pipeline's: their names are made while it runs.`,
      ]),
    ),
  );
  return role;
}
