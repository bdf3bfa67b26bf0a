import { Duration } from 'aws-cdk-lib';
import { Alarm, type AlarmProps, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { compactionMetrics } from '../lambdas/warehouse/compaction-settings.ts';
import { metricNamespace } from '../lambdas/warehouse/function-settings.ts';
import type { DeadLetters } from './dead-letters.ts';
import { type RunbookEntry, runbook, runbookLink } from './runbook.ts';
import type { SyncFunction } from './sync-function.ts';
import { type MetricName, syncMetric } from './sync-metrics.ts';

/** A nightly takes minutes to an hour, and clocks change by one: two hours above a day. */
const freshHours = 26;

/** Percent of an invocation's requests that met a 429 or a Retry-After: we keep to the API's own rate, so it is near 0. */
const mostThrottledPercent = 10;

export interface AlarmsProps {
  /** The metrics' dimension, and named in each alarm's text. */
  readonly stage: string;
  /** Each has its own alarms; one that is switched off is not asked to be fresh. */
  readonly syncs: readonly SyncFunction[];
  /** Any message in either queue is an alarm. */
  readonly deadLetters: DeadLetters;
  /** Every alarm goes here, once when it turns red. */
  readonly topic: Topic;
}

/** An alarm for each thing that somebody has to look at. All go to one topic, and each names its place in the runbook. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { stage, syncs, deadLetters, topic }: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    const add = (alarmId: string, entry: RunbookEntry, text: string, props: Watched) => {
      const alarm = new Alarm(this, alarmId, {
        evaluationPeriods: 1,
        threshold: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        ...props,
        alarmDescription: `payments-lake (${stage}): ${runbook[entry]}. ${text} What to do: ${runbookLink(entry)}`,
      });
      alarm.addAlarmAction(action);
    };
    for (const sync of syncs) watchSync(stage, sync, add);
    add(
      'CompactionFailed',
      'compactionFailed',
      'A month that no retry would mend keeps its small files; no payment is missing.',
      {
        metric: new Metric({
          namespace: metricNamespace,
          metricName: compactionMetrics.compactionFailed,
          dimensionsMap: { stage },
          period: Duration.minutes(5),
          statistic: 'Sum',
        }),
      },
    );
    const waiting = { period: Duration.minutes(5), statistic: 'Maximum' };
    add('Undelivered', 'undelivered', 'EventBridge Scheduler could not hand an event to its function.', {
      metric: deadLetters.undelivered.metricApproximateNumberOfMessagesVisible(waiting),
    });
    add(
      'GaveUp',
      'gaveUp',
      'A sync, a counting or a compaction failed three times, or waited six hours for room to run.',
      {
        metric: deadLetters.failed.metricApproximateNumberOfMessagesVisible(waiting),
      },
    );
  }
}

type Watched = Pick<AlarmProps, 'metric'> & Partial<Omit<AlarmProps, 'alarmDescription'>>;

type Add = (id: string, entry: RunbookEntry, text: string, props: Watched) => void;

function watchSync(stage: string, { instance }: SyncFunction, add: Add): void {
  const { name, enabled } = instance;
  const hour = Duration.hours(1);
  const counted = (metric: MetricName, period: Duration) => syncMetric(stage, name, metric, { period });
  add(`${name} SyncFailed`, 'syncFailed', `${name}: the sync stopped with an error; its checkpoint is kept.`, {
    metric: counted('syncFailed', Duration.minutes(5)),
  });
  if (enabled) {
    add(`${name} NotFresh`, 'notFresh', `${name}: new payments may be missing from the warehouse.`, {
      metric: counted('syncCompleted', hour),
      evaluationPeriods: freshHours,
      datapointsToAlarm: freshHours,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }
  add(
    `${name} Throttled`,
    'throttled',
    `${name}: the API asked for fewer after over ${mostThrottledPercent} % of its requests.`,
    {
      // Not metric math over two counts: the function reckons it, since an emulator cannot.
      metric: syncMetric(stage, name, 'throttledPercent', { period: hour, statistic: 'Maximum' }),
      threshold: mostThrottledPercent,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    },
  );
  // Without a sync nothing is known anew: red until one comes that sees none, not red again each night.
  const untilNextSync = { treatMissingData: TreatMissingData.IGNORE };
  add(`${name} Different`, 'different', `${name}: the warehouse and the API do not have the same payments.`, {
    metric: syncMetric(stage, name, 'reconciliationDifference', { period: hour, statistic: 'Maximum' }),
    ...untilNextSync,
  });
  if (instance.source.paging.total !== undefined) {
    add(`${name} TotalShort`, 'totalShort', `${name}: the API counts payments that its list does not show.`, {
      metric: counted('totalShort', hour),
      ...untilNextSync,
    });
  }
  add(`${name} DeletionsHeldBack`, 'deletionsHeldBack', `${name}: too many payments look deleted; none is marked.`, {
    metric: counted('deletionsHeldBack', hour),
    ...untilNextSync,
  });
  add(`${name} UnknownFields`, 'unknownFields', `${name}: the API sent fields without a column; they are in _extra.`, {
    metric: counted('unknownFields', hour),
    ...untilNextSync,
  });
  add(`${name} Misfits`, 'misfits', `${name}: the API sent values that no column takes; they are in _extra.`, {
    metric: counted('misfits', hour),
    ...untilNextSync,
  });
  add(`${name} UnknownValues`, 'unknownValues', `${name}: the API sent words it does not document; they are stored.`, {
    metric: counted('unknownValues', hour),
    ...untilNextSync,
  });
}
