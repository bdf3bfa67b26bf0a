import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { sharedTables, tablesOf } from '../lambdas/warehouse/history-tables.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { tablePrefix } from '../lambdas/warehouse/keys.ts';
import { acknowledge, wildcardBehind } from './acknowledged.ts';
import { viaServices } from './key-use.ts';

export interface SyncRoleProps {
  readonly instance: Instance;
  readonly bucket: Bucket;
  readonly checkpoints: Table;
  readonly key: Key;
  readonly secret: CfnSecret;
  readonly logGroup: LogGroup;
}

/**
 * What the sync of one instance does, and nothing else: it reads its own key, reads and adds objects under its own
 * prefixes and the pipeline's, reads and moves its own checkpoints, writes its log. It can delete nothing.
 */
export function syncRole(scope: Construct, id: string, props: SyncRoleProps): Role {
  const { instance, bucket, checkpoints, key, secret, logGroup } = props;
  const role = new Role(scope, id, {
    description: `payments-lake: sync of ${instance.name}`,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  const allow = (actions: string[], resources: string[], conditions: Record<string, unknown> = {}) =>
    role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources, conditions }));
  const prefixes = [
    ...[...tablesOf(instance), ...sharedTables].map(({ name }) => tablePrefix(name)),
    `state/${instance.name}/`,
  ];

  allow(['secretsmanager:GetSecretValue'], [secret.attrId]);
  allow(
    ['s3:GetObject', 's3:PutObject'],
    prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
  );
  allow(['s3:ListBucket'], [bucket.bucketArn], {
    StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) },
  });
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
