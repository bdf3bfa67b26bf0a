import { checkpointTableName } from '../../local/embedded-dynamodb.ts';
import type { Operation } from './aws-server.ts';

const outputs: Readonly<Record<string, string>> = {
  Instances: JSON.stringify([
    { instance: 'commet', api: 'commet', functionName: 'stack-commet-Function' },
    { instance: 'shop', api: 'checkout_page', functionName: 'stack-shop-Function' },
  ]),
  CheckpointTable: checkpointTableName,
  Bucket: 'bucket',
  Workgroup: 'payments_lake_dev',
  HistoryDatabase: 'payments_lake_history_dev',
  CurrentDatabase: 'payments_lake_dev',
};

/** CloudFormation's answer about a deployed stack with the instances `commet` and `shop` (of Checkout Page). */
export const describeStacks =
  (changed: Readonly<Record<string, string | undefined>> = {}): Operation =>
  ({ StackName }) => ({
    Stacks: [
      {
        StackName,
        CreationTime: '2026-07-01T03:00:00Z',
        StackStatus: 'CREATE_COMPLETE',
        Outputs: Object.entries({ ...outputs, ...changed }).flatMap(([OutputKey, OutputValue]) =>
          OutputValue === undefined ? [] : [{ OutputKey, OutputValue }],
        ),
      },
    ],
  });
