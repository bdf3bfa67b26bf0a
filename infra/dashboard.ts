import { Duration } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { SyncFunction } from './sync-function.ts';
import { type MetricName, syncMetric } from './sync-metrics.ts';

export interface SyncDashboardProps {
  /** The metrics' dimension. */
  readonly stage: string;
  /** A line for each, in this order. */
  readonly syncs: readonly SyncFunction[];
}

const half = { width: 12, height: 6 };

/** The nights on one page: a line for each instance. */
export class SyncDashboard extends Construct {
  /** Made by CloudFormation. */
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, { stage, syncs }: SyncDashboardProps) {
    super(scope, id);
    const nightly = (name: MetricName, statistic = 'Sum', what = ''): IMetric[] =>
      syncs.map(({ instance }) => {
        const label = `${instance.name}${what}`;
        return syncMetric(stage, instance.name, name, { period: Duration.days(1), statistic, label });
      });
    const inUnits = (name: MetricName, statistic: string, divisor: number, what = ''): IMetric[] =>
      nightly(name, statistic).map(
        (metric, index) =>
          new MathExpression({
            expression: `${name}${index} / ${divisor}`,
            usingMetrics: { [`${name}${index}`]: metric },
            label: `${syncs[index]?.instance.name}${what}`,
            period: Duration.days(1),
          }),
      );
    const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
      new GraphWidget({ title, left, right, leftYAxis: { min: 0 }, rightYAxis: { min: 0 }, ...half });
    const dashboard = new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.days(30),
      widgets: [
        [
          graph(
            'Payments per night',
            nightly('paymentsWritten', 'Sum', ' written'),
            nightly('paymentsRead', 'Sum', ' read'),
          ),
          graph('Lag at the end of a sync, hours', inUnits('lagSeconds', 'Maximum', 3600)),
        ],
        [
          graph('Requests', nightly('requests'), nightly('retries', 'Sum', ' sent again')),
          graph('Seconds waited because the API asked to', inUnits('throttledMs', 'Sum', 1000)),
        ],
        [
          graph(
            'Rows and megabytes written',
            nightly('rowsWritten', 'Sum', ' rows'),
            inUnits('bytesWritten', 'Sum', 1_000_000, ' MB'),
          ),
          graph('Duration of a sync, minutes', inUnits('durationMs', 'Maximum', 60_000)),
        ],
        [
          memory(syncs),
          graph('Failed syncs, differences, unknown fields, misfits', nightly('syncFailed', 'Sum', ' failed'), [
            ...nightly('reconciliationDifference', 'Maximum', ' different'),
            ...nightly('totalShort', 'Maximum', ' short of the total'),
            ...nightly('deletionsHeldBack', 'Maximum', ' held back'),
            ...nightly('unknownFields', 'Sum', ' unknown fields'),
            ...nightly('misfits', 'Sum', ' misfits'),
            ...nightly('unknownValues', 'Sum', ' unknown words'),
          ]),
        ],
      ],
    });
    this.dashboardName = dashboard.dashboardName;
  }
}

/** Lambda tells the memory a function used in its log only. */
const memory = (syncs: readonly SyncFunction[]): LogQueryWidget =>
  new LogQueryWidget({
    title: 'Most memory used, MB',
    logGroupNames: syncs.map(({ function: sync }) => sync.logGroup.logGroupName),
    view: LogQueryVisualizationType.LINE,
    queryLines: [
      'filter type = "platform.report"',
      'stats max(record.metrics.maxMemoryUsedMB) as used, max(record.metrics.memorySizeMB) as given by bin(1d)',
    ],
    ...half,
  });
