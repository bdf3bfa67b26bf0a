import type { SyncAnswer } from '../sync/answer.ts';
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
  const settings = readSettings(process.env);
  const telemetry = telemetryOf(settings, context.awsRequestId);
  try {
    return await answerEvent(event, awsWorld(settings, context, telemetry));
  } finally {
    telemetry.flush();
  }
}
