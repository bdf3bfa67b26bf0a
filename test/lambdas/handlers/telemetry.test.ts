import type { CompactionMetric } from '../../../lambdas/handlers/answer-compact-event.ts';
import { telemetryOf } from '../../../lambdas/handlers/telemetry.ts';
import { compactionMetrics } from '../../../lambdas/warehouse/compaction-settings.ts';
import { metrics } from '../../../lambdas/warehouse/function-settings.ts';

const dimensions = { stage: 'prod', instance: 'commet' };

/** What is written to stdout meanwhile, line by line. */
function linesOf(write: () => void): Record<string, unknown>[] {
  let text = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    write();
  } finally {
    spy.mockRestore();
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('metrics are one line of the embedded format, with the dimensions stage and instance and no other', () => {
  const lines = linesOf(() => {
    const telemetry = telemetryOf(dimensions, 'request-1');
    telemetry.metric(metrics.paymentsRead, 250);
    telemetry.metric(metrics.lagSeconds, 3_600);
    telemetry.flush();
  });
  expect(lines).toEqual([
    {
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'PaymentsLake',
            Dimensions: [['stage', 'instance']],
            Metrics: [
              { Name: 'PaymentsRead', Unit: 'Count' },
              { Name: 'LagSeconds', Unit: 'Seconds' },
            ],
          },
        ],
      },
      stage: 'prod',
      instance: 'commet',
      PaymentsRead: 250,
      LagSeconds: 3_600,
    },
  ]);
});

test('what is of no one instance has the dimension stage alone', () => {
  const [line] = linesOf(() => {
    const telemetry = telemetryOf<CompactionMetric>({ stage: 'prod' }, 'request-1');
    telemetry.metric(compactionMetrics.filesFolded, 3);
    telemetry.flush();
  });
  expect(line).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Dimensions: [['stage']] }] },
    stage: 'prod',
    FilesFolded: 3,
  });
});

test('an invocation without a metric writes none, and the next one does not tell its metrics again', () => {
  expect(linesOf(() => telemetryOf(dimensions, 'request-1').flush())).toEqual([]);
  const [line] = linesOf(() => {
    const telemetry = telemetryOf(dimensions, 'request-2');
    telemetry.metric(metrics.syncFailed, 1);
    telemetry.flush();
    telemetry.flush();
  });
  expect(line).toMatchObject({ SyncFailed: 1 });
});

test('a log line is JSON that names stage, instance and invocation', () => {
  const [line] = linesOf(() => telemetryOf(dimensions, 'request-1').log('info', 'load committed', { written: 5 }));
  expect(line).toMatchObject({
    level: 'INFO',
    message: 'load committed',
    stage: 'prod',
    instance: 'commet',
    invocation: 'request-1',
    written: 5,
  });
});
