import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface FunctionScheduleProps {
  /** Invoked asynchronously. */
  readonly function: IFunction;
  /** Takes what could not be delivered within an hour and 10 tries. */
  readonly undelivered: Queue;
  /** `cron(…)` or `rate(…)`. */
  readonly expression: string;
  /** Of the IANA database; what a cron's hours are hours of. A rate has no time of day, and counts from the deploy. */
  readonly timeZone: string;
  /** Of the schedule and its role, at most 512 characters. */
  readonly description: string;
  /** The event. */
  readonly input: object;
}

/** Invokes a function by the clock, with one event. It sees the delivery only, not what comes of it. */
export class FunctionSchedule extends Construct {
  constructor(scope: Construct, id: string, props: FunctionScheduleProps) {
    super(scope, id);
    const { function: target, undelivered, expression, timeZone, description, input } = props;
    const role = new Role(this, 'Role', {
      description,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [undelivered.queueArn] }));
    const schedule = new CfnSchedule(this, 'Schedule', {
      description,
      scheduleExpression: expression,
      scheduleExpressionTimezone: timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify(input),
        // An hour outlasts a short outage, and is over long before the next night.
        retryPolicy: { maximumEventAgeInSeconds: Duration.hours(1).toSeconds(), maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: undelivered.queueArn },
      },
    });
    // Scheduler looks at the role's rights when the schedule is made.
    schedule.node.addDependency(role);
  }
}
