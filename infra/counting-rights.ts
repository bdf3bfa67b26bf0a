import { Stack } from 'aws-cdk-lib';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { databasesOf } from '../lambdas/warehouse/databases.ts';
import { type Instance, tableName } from '../lambdas/warehouse/instance.ts';
import { acknowledge, wildcardBehind } from './acknowledged.ts';
import type { FunctionRole } from './function-role.ts';
import { viaServices } from './key-use.ts';
import { workgroupName } from './query-workgroup.ts';
import { resultsPrefix, type Storage } from './storage.ts';

export interface CountingRightsProps {
  /** Its payments are all that may be asked for. */
  readonly instance: Instance;
  /** Names the workgroup and the databases: they are made after the role, and wait for nothing of it. */
  readonly stage: string;
  /** Where the payments' files and the answers of queries lie, and what they are encrypted with. */
  readonly storage: Storage;
}

/** What counting an instance's payments in Athena takes beside what its sync may do: the files it may read already. */
export function allowCounting(role: FunctionRole, { instance, stage, storage }: CountingRightsProps): void {
  const { bucket, key } = storage;
  const stack = Stack.of(role);
  const arn = (service: string, resource: string) => stack.formatArn({ service, resource });
  const payments = tableName(instance, instance.source.payments);
  const { history, current } = databasesOf(stage);
  // The view reads from the history with the rights of whoever asks.
  const databases = [history, current];

  role.allow(
    ['athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:StartQueryExecution', 'athena:StopQueryExecution'],
    [arn('athena', `workgroup/${workgroupName(stage)}`)],
  );
  role.allow(
    ['glue:GetDatabase', 'glue:GetPartition', 'glue:GetPartitions', 'glue:GetTable'],
    [
      arn('glue', 'catalog'),
      ...databases.flatMap((name) => [arn('glue', `database/${name}`), arn('glue', `table/${name}/${payments}`)]),
    ],
  );
  // Athena looks at it before every query, whatever database the query names.
  role.allow(['glue:GetDatabase'], [arn('glue', 'database/default')]);
  role.allow(['s3:GetBucketLocation'], [bucket.bucketArn]);
  role.allow(['s3:ListBucket'], [bucket.bucketArn], { StringLike: { 's3:prefix': [`${resultsPrefix}*`] } });
  role.allow(
    ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
    [bucket.arnForObjects(`${resultsPrefix}*`)],
  );
  role.allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn], viaServices(role, ['athena']));
  acknowledge(role, {
    [wildcardBehind(bucket.node.defaultChild as CfnBucket, `/${resultsPrefix}*`)]:
      'Results of the counting, under names that Athena makes.',
  });
}
