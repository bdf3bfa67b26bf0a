import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Everything one deployment of payments-lake has in the cloud. Nothing yet: the stack's own issue fills it. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, { description: 'payments-lake: payments from their APIs into Parquet for Athena', ...props });
  }
}
