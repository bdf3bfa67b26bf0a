import { Annotations, NestedStack, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { type Configuration, contextKey } from './configuration.ts';
import { SyncDashboard } from './dashboard.ts';
import type { Ingestion } from './ingestion.ts';

export interface MonitoringProps {
  /** `alarmEmail` is who is told; null: nobody, with a warning at synth. */
  readonly configuration: Configuration;
  /** What is watched. */
  readonly ingestion: Ingestion;
  /** Encrypts the topic; its policy is widened to CloudWatch's alarms of this account. */
  readonly key: Key;
}

/** Tells a person when something needs one, and shows the nights on a page. */
export class Monitoring extends Construct {
  readonly topic: Topic;
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, { configuration, ingestion, key }: MonitoringProps) {
    super(scope, id);
    const { stage, alarmEmail } = configuration;
    const { syncs, deadLetters } = ingestion;
    this.topic = new Topic(this, 'Topic', {
      displayName: `payments-lake ${stage}`,
      masterKey: key,
      enforceSSL: true,
    });
    this.admitCloudWatch(key);
    if (alarmEmail === null) {
      Annotations.of(this).addWarningV2(
        'payments-lake:alarmEmail',
        `${contextKey}.alarmEmail: nobody is told of an alarm, got null; set an address in cdk.json, or subscribe to the topic AlarmTopic`,
      );
    } else {
      this.topic.addSubscription(new EmailSubscription(alarmEmail));
    }
    // Of the 500 resources that CloudFormation takes of one template these would be nine for each instance.
    const stack = new NestedStack(this, 'Alarms', { description: 'payments-lake: the alarms' });
    new Alarms(stack, 'Alarms', { stage, syncs, deadLetters, topic: this.topic });
    this.dashboardName = new SyncDashboard(this, 'Dashboard', { stage, syncs }).dashboardName;
  }

  /** Without these two an alarm turns red and no message is ever sent. */
  private admitCloudWatch(key: Key): void {
    const principals = [new ServicePrincipal('cloudwatch.amazonaws.com')];
    // Or an alarm in anybody's account might be sent with our key.
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsToEncryptedTopic',
        principals,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: ofThisAccount,
      }),
    );
    // A topic with a policy of its own, here the one that asks for TLS, has lost the default one that lets alarms in.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals,
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: ofThisAccount,
      }),
    );
  }
}
