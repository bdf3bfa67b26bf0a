import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { CheckpointTable } from '../load/checkpoint-table.ts';
import { s3Store } from '../load/s3-store.ts';
import { defaultCompactSettings } from '../upkeep/compact-settings.ts';
import type { CompactionSettings } from '../warehouse/compaction-settings.ts';
import { answerCompactEvent, type CompactAnswer, type CompactionMetric } from './answer-compact-event.ts';
import type { InvocationContext } from './aws-world.ts';
import { invokeAgain } from './invoke-again.ts';
import { requestHandler } from './request-handler.ts';
import { readSettings } from './settings.ts';
import { telemetryOf } from './telemetry.ts';

/** Made once for a container. */
let clients: { readonly dynamo: DynamoDBClient; readonly s3: S3Client } | null = null;

/**
 * The compaction of the whole warehouse: by a schedule for all of it, by itself for the months that it is dealt.
 *
 * @throws what a retry may mend, and missing settings: without a stage no metric tells of them, the dead letters do;
 * all else is answered
 */
export async function handler(event: unknown, context: InvocationContext): Promise<CompactAnswer> {
  const settings = readSettings<CompactionSettings>(process.env);
  const { stage, bucket, checkpointTable, fileMb, graceHours, leaseSeconds } = settings;
  const telemetry = telemetryOf<CompactionMetric>({ stage }, context.awsRequestId);
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
        log: telemetry.log,
        remainingMs: () => context.getRemainingTimeInMillis(),
      },
      invokeSelf: (again) => invokeAgain(context.functionName, again),
      metric: telemetry.metric,
    });
  } finally {
    telemetry.flush();
  }
}
