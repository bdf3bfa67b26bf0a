import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { metricNamespace, metrics } from '../lambdas/warehouse/function-settings.ts';

export type MetricName = keyof typeof metrics;

/** What the sync of one instance counts. */
export const syncMetric = (
  stage: string,
  instance: string,
  name: MetricName,
  { period, statistic = 'Sum', label }: { period: Duration; statistic?: string; label?: string },
): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName: metrics[name],
    dimensionsMap: { stage, instance },
    period,
    statistic,
    ...(label === undefined ? {} : { label }),
  });
