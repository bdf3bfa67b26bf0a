import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Catalog } from './catalog.ts';
import type { Configuration } from './configuration.ts';
import { Ingestion } from './ingestion.ts';
import { Maintenance } from './maintenance.ts';
import { Monitoring } from './monitoring.ts';
import { Storage } from './storage.ts';

export interface PipelineStackProps extends StackProps {
  /** Checked, with every default in place: what `readConfiguration` gives. */
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
    const maintenance = new Maintenance(this, 'Maintenance', {
      configuration,
      storage,
      deadLetters: ingestion.deadLetters,
    });
    const monitoring = new Monitoring(this, 'Monitoring', { configuration, ingestion, key: storage.key });

    const instances = ingestion.syncs.map(({ instance, function: sync, secret }) => ({
      instance: instance.name,
      api: instance.source.name,
      functionName: sync.functionName,
      secretId: secret.attrId,
      logGroup: sync.logGroup.logGroupName,
    }));
    // What `payments-lake --stack` asks of the stack, and the runbook.
    this.output(
      'Instances',
      this.toJsonString(instances),
      'Each instance with its function, its log, and the secret its API key goes into',
    );
    this.output('CheckpointTable', storage.checkpoints.tableName, 'Where each sync keeps how far it is');
    this.output('Bucket', storage.bucket.bucketName, 'The files');
    this.output('Workgroup', catalog.workgroup.workgroupName, 'The Athena workgroup to query in');
    this.output('HistoryDatabase', catalog.databases.history, 'Every version of each payment');
    this.output('CurrentDatabase', catalog.databases.current, 'The payments as they stand');
    this.output('AnalystPolicy', catalog.analyst.policy.managedPolicyArn, 'What querying takes: attach it to a role');
    if (catalog.anonymous) {
      const { database, analyst } = catalog.anonymous;
      this.output('AnonymousDatabase', database, 'The payments as they stand, without personal columns');
      this.output('AnonymousAnalystPolicy', analyst.policy.managedPolicyArn, 'What querying those takes');
    }
    this.output('CompactionFunction', maintenance.compaction.functionName, 'Folds small files; its event may be {}');
    this.output('CompactionLog', maintenance.compaction.logGroup.logGroupName, 'What it did, month by month');
    const { undelivered, failed } = ingestion.deadLetters;
    this.output('UndeliveredQueue', undelivered.queueUrl, 'Events that no function took');
    this.output('FailedQueue', failed.queueUrl, 'Events that a function failed at each time it tried');
    this.output('Dashboard', monitoring.dashboardName, 'The nights on one page, in CloudWatch');
    this.output('AlarmTopic', monitoring.topic.topicArn, 'Where alarms go');
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
