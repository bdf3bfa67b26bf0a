import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { compactionPartitionPrefix } from '../lambdas/warehouse/compaction-settings.ts';
import type { Instance } from '../lambdas/warehouse/instance.ts';
import { statesPrefix, warehousePrefix } from '../lambdas/warehouse/keys.ts';
import { acknowledge, wildcardBehind } from './acknowledged.ts';
import { FunctionRole } from './function-role.ts';
import type { Storage } from './storage.ts';

export interface CompactionRoleProps {
  /** Below `warehouse/` of its bucket every file may be written and deleted. */
  readonly storage: Storage;
  /** Whose checkpoints may be read. */
  readonly instances: readonly Instance[];
}

/**
 * What compaction does, and nothing else: it reads, adds and deletes files below `warehouse/`, keeps items of its own
 * in the checkpoint table, and deletes the seen ids of old readings below `state/`, by what the syncs' checkpoints tell.
 * The one role that can delete a file; no secret is open to it, and it changes no checkpoint of a sync.
 */
export function compactionRole(
  scope: Construct,
  id: string,
  { storage, instances }: CompactionRoleProps,
): FunctionRole {
  const { bucket, checkpoints, key } = storage;
  const role = new FunctionRole(scope, id, {
    description: 'payments-lake: compaction',
    key,
    services: ['s3', 'dynamodb'],
  });
  role.allow(['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], [bucket.arnForObjects(`${warehousePrefix}*`)]);
  role.allow(['s3:DeleteObject'], [bucket.arnForObjects(`${statesPrefix}*`)]);
  role.allow(['s3:ListBucket'], [bucket.bucketArn], {
    StringLike: { 's3:prefix': [`${warehousePrefix}*`, `${statesPrefix}*`] },
  });
  // Never Scan: it names no leading key, and ForAllValues holds for none at all.
  role.allow(
    ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    [checkpoints.tableArn],
    {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${compactionPartitionPrefix}*`] },
    },
  );
  role.allow(['dynamodb:Query'], [checkpoints.tableArn], {
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': instances.map(({ name }) => name) },
  });
  acknowledge(role, {
    [wildcardBehind(bucket.node.defaultChild as CfnBucket, `/${warehousePrefix}*`)]:
      'The files of all tables: their names are made while it runs.',
    [wildcardBehind(bucket.node.defaultChild as CfnBucket, `/${statesPrefix}*`)]:
      'The ids that readings saw: their names are made while it runs.',
  });
  return role;
}
