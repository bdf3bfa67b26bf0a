import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit as units } from '@aws-lambda-powertools/metrics';
import type { Log } from '../sync/sync-options.ts';
import { metricNamespace, metrics } from '../warehouse/function-settings.ts';
import type { MetricName } from './world.ts';

const unitOf: Readonly<Record<string, (typeof units)[keyof typeof units]>> = {
  [metrics.bytesWritten]: units.Bytes,
  [metrics.throttledMs]: units.Milliseconds,
  [metrics.throttledPercent]: units.Percent,
  [metrics.durationMs]: units.Milliseconds,
  [metrics.lagSeconds]: units.Seconds,
};

/** JSON lines, and metrics in CloudWatch's embedded format. */
export interface Telemetry<Metric extends string = MetricName> {
  readonly log: Log;
  metric(name: Metric, value: number): void;
  /** Writes the metrics out; call when the invocation ends, however it ends. */
  flush(): void;
}

/**
 * @param dimensions of every metric, and on every line
 * @param requestId of the invocation, on every line
 */
export function telemetryOf<Metric extends string = MetricName>(
  dimensions: Readonly<Record<string, string>>,
  requestId: string,
): Telemetry<Metric> {
  const serviceName = 'payments-lake';
  const logger = new Logger({ serviceName, persistentKeys: { ...dimensions, invocation: requestId } });
  const emf = new Metrics({ namespace: metricNamespace, serviceName });
  // Without this a metric would have the dimension service too.
  emf.clearDefaultDimensions();
  emf.setDefaultDimensions({ ...dimensions });
  return {
    log: (level, message, facts = {}) => logger[level](message, { ...facts }),
    metric: (name, value) => void emf.addMetric(name, unitOf[name] ?? units.Count, value),
    flush: () => {
      if (emf.hasStoredMetrics()) emf.publishStoredMetrics();
    },
  };
}
