import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledged.ts';

/** Where an event goes that came to nothing, by how it came to it. A message names the function it was for. */
export class DeadLetters extends Construct {
  /** Scheduler could not hand the event to the function: throttled, refused, gone. */
  readonly undelivered: Queue;
  /** The function had the event and failed at each try: a crash, a timeout, an error it could not get over. */
  readonly failed: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.undelivered = this.queue('Undelivered');
    this.failed = this.queue('Failed');
  }

  private queue(id: string): Queue {
    const queue = new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // The longest there is: somebody has to look at it.
      retentionPeriod: Duration.days(14),
    });
    acknowledge(queue, { 'AwsSolutions-SQS3': 'It is itself where dead letters go.' });
    return queue;
  }
}
