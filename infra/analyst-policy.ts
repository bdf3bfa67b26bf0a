import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Databases } from '../lambdas/warehouse/databases.ts';
import { warehousePrefix } from '../lambdas/warehouse/keys.ts';
import { acknowledge, wildcard, wildcardBehind } from './acknowledged.ts';
import { viaServices } from './key-use.ts';
import { resultsPrefix, type Storage } from './storage.ts';

export interface AnalystPolicyProps {
  /** Name of the only workgroup in which queries may be run. */
  readonly workgroup: string;
  /** May be read whole, tables that are added later too. */
  readonly databases: Databases;
  /** Its tables' files may be read, results read and written; its checkpoints are not touched. */
  readonly storage: Storage;
}

/** What querying the lake takes, for the company to attach to its own people: nothing here can change a payment. */
export class AnalystPolicy extends Construct {
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, { workgroup, databases, storage }: AnalystPolicyProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { bucket, key } = storage;
    const arn = (service: string, resource: string) => stack.formatArn({ service, resource });
    const names = Object.values(databases);
    this.policy = new ManagedPolicy(this, 'Policy', {
      description: `payments-lake: query ${databases.current} in Athena`,
      statements: [
        allow(
          [
            'athena:BatchGetNamedQuery',
            'athena:BatchGetQueryExecution',
            'athena:GetNamedQuery',
            'athena:GetQueryExecution',
            'athena:GetQueryResults',
            'athena:GetQueryResultsStream',
            'athena:GetWorkGroup',
            'athena:ListNamedQueries',
            'athena:ListQueryExecutions',
            'athena:StartQueryExecution',
            'athena:StopQueryExecution',
          ],
          [arn('athena', `workgroup/${workgroup}`)],
        ),
        allow(
          [
            'athena:GetDataCatalog',
            'athena:GetDatabase',
            'athena:GetTableMetadata',
            'athena:ListDatabases',
            'athena:ListTableMetadata',
          ],
          [arn('athena', 'datacatalog/AwsDataCatalog')],
        ),
        allow(['athena:ListDataCatalogs', 'athena:ListWorkGroups'], ['*']),
        allow(
          [
            'glue:BatchGetPartition',
            'glue:GetDatabase',
            'glue:GetDatabases',
            'glue:GetPartition',
            'glue:GetPartitions',
            'glue:GetTable',
            'glue:GetTables',
          ],
          [
            arn('glue', 'catalog'),
            ...names.flatMap((name) => [arn('glue', `database/${name}`), arn('glue', `table/${name}/*`)]),
          ],
        ),
        // Athena looks at it before every query, whatever database the query names.
        allow(['glue:GetDatabase'], [arn('glue', 'database/default')]),
        allow(['s3:GetBucketLocation'], [bucket.bucketArn]),
        allow(['s3:ListBucket'], [bucket.bucketArn], {
          StringLike: { 's3:prefix': [warehousePrefix, resultsPrefix].map((prefix) => `${prefix}*`) },
        }),
        allow(['s3:GetObject'], [bucket.arnForObjects(`${warehousePrefix}*`)]),
        allow(
          ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
          [bucket.arnForObjects(`${resultsPrefix}*`)],
        ),
        allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn], viaServices(this, ['s3', 'athena'])),
      ],
    });
    const bucketElement = bucket.node.defaultChild as CfnBucket;
    acknowledge(this.policy, {
      [wildcard('*')]: "Athena's lists of workgroups and catalogs take no resource; the console opens with them.",
      [wildcardBehind(bucketElement, `/${warehousePrefix}*`)]: 'The files of all tables, to be read only.',
      [wildcardBehind(bucketElement, `/${resultsPrefix}*`)]: 'Results, under names that Athena makes.',
      ...Object.fromEntries(
        names.map((name) => [
          wildcard(`arn:<AWS::Partition>:glue:<AWS::Region>:<AWS::AccountId>:table/${name}/*`),
          'Every table and view of the database, also the ones a later version of the pipeline adds.',
        ]),
      ),
    });
  }
}

const allow = (actions: string[], resources: string[], conditions: Record<string, unknown> = {}): PolicyStatement =>
  new PolicyStatement({ actions, resources, conditions });
