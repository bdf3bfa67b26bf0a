import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { TerminalError } from '../errors.ts';
import { CheckpointTable } from '../load/checkpoint-table.ts';
import { s3Store } from '../load/s3-store.ts';
import { defaultCompactSettings } from '../upkeep/compact-settings.ts';
import type { CompactionSettings } from '../warehouse/compaction-settings.ts';
import { metricNamespace, settingsVariable } from '../warehouse/function-settings.ts';
import { answerCompactEvent, type CompactAnswer } from './answer-compact-event.ts';
import type { InvocationContext } from './aws-world.ts';
import { invokeAgain } from './invoke-again.ts';
import { requestHandler } from './request-handler.ts';

/** Made once for a container. */
let clients: { readonly dynamo: DynamoDBClient; readonly s3: S3Client } | null = null;

function settingsOf(text: string | undefined): CompactionSettings {
  try {
    return JSON.parse(text ?? '') as CompactionSettings;
  } catch {
    throw new TerminalError(`${settingsVariable} must hold the function's settings as JSON; deploy the stack again`);
  }
}

/**
 * The compaction of the whole warehouse: by a schedule for all of it, by itself for each month of each table.
 *
 * @throws what a retry may mend, and missing settings: without a stage no metric tells of them, the dead letters do;
 * all else is answered
 */
export async function handler(event: unknown, context: InvocationContext): Promise<CompactAnswer> {
  const settings = settingsOf(process.env[settingsVariable]);
  const { stage, bucket, checkpointTable, fileMb, graceHours, leaseSeconds } = settings;
  const serviceName = 'payments-lake';
  const logger = new Logger({ serviceName, persistentKeys: { stage, invocation: context.awsRequestId } });
  const emf = new Metrics({ namespace: metricNamespace, serviceName });
  // Without this a metric would have the dimension service too.
  emf.clearDefaultDimensions();
  emf.setDefaultDimensions({ stage });
  clients ??= { dynamo: new DynamoDBClient({ requestHandler }), s3: new S3Client({ requestHandler }) };
  try {
    return await answerCompactEvent(event, {
      settings,
      options: {
        store: s3Store(clients.s3, bucket),
        checkpoints: new CheckpointTable(clients.dynamo, checkpointTable),
        settings: {
          ...defaultCompactSettings,
          fileBytes: fileMb * 1024 * 1024,
          graceMs: graceHours * 60 * 60_000,
          leaseMs: leaseSeconds * 1000,
          renewEveryMs: (leaseSeconds * 1000) / 3,
        },
        now: Date.now,
        leasing: 'shared',
        log: (level, message, facts = {}) => logger[level](message, { ...facts }),
        remainingMs: () => context.getRemainingTimeInMillis(),
      },
      invokeSelf: (again) => invokeAgain(context.functionName, again),
      metric: (name, value) => void emf.addMetric(name, MetricUnit.Count, value),
    });
  } finally {
    if (emf.hasStoredMetrics()) emf.publishStoredMetrics();
  }
}
