import type { SyncAnswer } from '../sync/answer.ts';
import type { FunctionSettings } from '../warehouse/function-settings.ts';
import { answerEvent } from './answer-event.ts';
import { awsWorld, type InvocationContext } from './aws-world.ts';
import { readSettings } from './settings.ts';
import { telemetryOf } from './telemetry.ts';

/**
 * The sync function of one instance.
 *
 * @throws what a retry may mend; all else is answered
 */
export async function handler(event: unknown, context: InvocationContext): Promise<SyncAnswer> {
  let settings: FunctionSettings;
  try {
    settings = readSettings<FunctionSettings>(process.env);
  } catch (error) {
    return withoutSettings(error as Error, context);
  }
  const { stage, instance } = settings;
  const telemetry = telemetryOf({ stage, instance }, context.awsRequestId);
  try {
    return await answerEvent(event, awsWorld(settings, context, telemetry));
  } finally {
    telemetry.flush();
  }
}

/** Whose function it is nobody knows, so no metric and no checkpoint can tell: the log does, and the freshness alarm. */
function withoutSettings({ name, message }: Error, { functionName, awsRequestId }: InvocationContext): SyncAnswer {
  telemetryOf({ stage: 'unknown', instance: functionName }, awsRequestId).log('error', message, { error: name });
  return { error: message };
}
