import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { sharedTables, tablesOf } from '../lambdas/warehouse/history-tables.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { statesPrefix, tablePrefix } from '../lambdas/warehouse/keys.ts';
import { acknowledge, wildcardBehind } from './acknowledged.ts';
import { viaServices } from './key-use.ts';

export interface SyncRoleProps {
  /** Its tables and its checkpoints are what may be written. */
  readonly instance: Instance;
  /** Read and added to below the instance's prefixes and the pipeline's; nothing in it is deleted. */
  readonly bucket: Bucket;
  /** Partition key: the instance's name. */
  readonly checkpoints: Table;
  /** Of bucket, checkpoints and secret; usable through these services only. */
  readonly key: Key;
  /** Its API key, and what personal data is hashed under: the only ones it may read. */
  readonly secrets: readonly CfnSecret[];
  /** The only one it may write to. */
  readonly logGroup: LogGroup;
}

/**
 * What the sync of one instance does, and nothing else: it reads its own key, reads and adds objects under its own
 * prefixes and the pipeline's, reads and moves its own checkpoints, writes its log. It can delete nothing.
 */
export function syncRole(scope: Construct, id: string, props: SyncRoleProps): Role {
  const { instance, bucket, checkpoints, key, secrets, logGroup } = props;
  const role = new Role(scope, id, {
    description: `payments-lake: sync of ${instance.name}`,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  const allow = (actions: string[], resources: string[], conditions: Record<string, unknown> = {}) =>
    role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources, conditions }));
  const prefixes = [
    ...[...tablesOf(instance), ...sharedTables].map(({ name }) => tablePrefix(name)),
    `${statesPrefix}${instance.name}/`,
  ];

  allow(
    ['secretsmanager:GetSecretValue'],
    secrets.map(({ attrId }) => attrId),
  );
  allow(
    ['s3:GetObject', 's3:PutObject'],
    prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
  );
  // Without it S3 answers a GET of an absent key with 403, not 404: below any other prefix nobody can tell the two apart.
  allow(['s3:ListBucket'], [bucket.bucketArn], {
    StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) },
  });
  // Never Scan: it names no leading key, and ForAllValues holds for none at all, so it would read every instance.
  allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'], [checkpoints.tableArn], {
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [instance.name] },
  });
  // What S3, DynamoDB and Secrets Manager ask the key for on the caller's behalf.
  allow(
    [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
    [key.keyArn],
    viaServices(role, ['s3', 'dynamodb', 'secretsmanager']),
  );
  allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
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
