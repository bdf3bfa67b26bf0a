import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit as units } from '@aws-lambda-powertools/metrics';
import type { Log } from '../sync/sync-options.ts';
import { type FunctionSettings, metricNamespace, metrics } from '../warehouse/function-settings.ts';
import type { MetricName } from './world.ts';

const unitOf: Partial<Record<MetricName, (typeof units)[keyof typeof units]>> = {
  [metrics.bytesWritten]: units.Bytes,
  [metrics.throttledMs]: units.Milliseconds,
  [metrics.throttledPercent]: units.Percent,
  [metrics.durationMs]: units.Milliseconds,
  [metrics.lagSeconds]: units.Seconds,
};

/** JSON lines, and metrics in CloudWatch's embedded format, of one instance. */
export interface Telemetry {
  readonly log: Log;
  metric(name: MetricName, value: number): void;
  /** Writes the metrics out; call when the invocation ends, however it ends. */
  flush(): void;
}

/** @param requestId of the invocation, on every line */
export function telemetryOf(
  { stage, instance }: Pick<FunctionSettings, 'stage' | 'instance'>,
  requestId: string,
): Telemetry {
  const serviceName = 'payments-lake';
  const logger = new Logger({ serviceName, persistentKeys: { stage, instance, invocation: requestId } });
  const emf = new Metrics({ namespace: metricNamespace, serviceName });
  // Without this a metric would have the dimension service too.
  emf.clearDefaultDimensions();
  emf.setDefaultDimensions({ stage, instance });
  return {
    log: (level, message, facts = {}) => logger[level](message, { ...facts }),
    metric: (name, value) => void emf.addMetric(name, unitOf[name] ?? units.Count, value),
    flush: () => {
      if (emf.hasStoredMetrics()) emf.publishStoredMetrics();
    },
  };
}
