import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Catalog } from './catalog.ts';
import type { Configuration } from './configuration.ts';
import { Ingestion } from './ingestion.ts';
import { Monitoring } from './monitoring.ts';
import { Storage } from './storage.ts';

export interface PipelineStackProps extends StackProps {
  readonly configuration: Configuration;
}

/** `PaymentsLake` in prod, `PaymentsLake-dev` in the stage dev. */
export const stackName = (stage: string): string => (stage === 'prod' ? 'PaymentsLake' : `PaymentsLake-${stage}`);

/** Everything one deployment of payments-lake has in the cloud. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, { configuration, ...props }: PipelineStackProps) {
    super(scope, id, {
      description: 'payments-lake: payments from their APIs into Parquet for Athena',
      stackName: stackName(configuration.stage),
      tags: configuration.tags,
      ...props,
    });
    const storage = new Storage(this, 'Storage', configuration);
    const ingestion = new Ingestion(this, 'Ingestion', { configuration, storage });
    const catalog = new Catalog(this, 'Catalog', { configuration, storage });
    const monitoring = new Monitoring(this, 'Monitoring', { configuration, ingestion, key: storage.key });

    const instances = ingestion.syncs.map(({ instance, function: sync, secret }) => ({
      instance: instance.name,
      api: instance.source.name,
      functionName: sync.functionName,
      secretId: secret.attrId,
    }));
    // All that `payments-lake --stack` asks of the stack.
    this.output(
      'Instances',
      this.toJsonString(instances),
      'Each instance with its function, and the secret its API key goes into',
    );
    this.output('CheckpointTable', storage.checkpoints.tableName, 'Where each sync keeps how far it is');
    this.output('Bucket', storage.bucket.bucketName, 'The files');
    this.output('Workgroup', catalog.workgroup.workgroupName, 'The Athena workgroup to query in');
    this.output('HistoryDatabase', catalog.databases.history, 'Every version of each payment');
    this.output('CurrentDatabase', catalog.databases.current, 'The payments as they stand');
    this.output('AnalystPolicy', catalog.analyst.policy.managedPolicyArn, 'What querying takes: attach it to a role');
    this.output('AlarmTopic', monitoring.topic.topicArn, 'Where alarms go');
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
