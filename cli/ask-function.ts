import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { TerminalError } from '../lambdas/errors.ts';
import { sayAwsError } from './aws-error.ts';

/** A function answers within 15 minutes, ms. */
const longestAnswer = 16 * 60_000;

/** A client whose functions are waited for. Without retries: a second invocation would do the work, or meet the lease, of the first. */
export const patientLambda = (): LambdaClient =>
  new LambdaClient({ maxAttempts: 1, requestHandler: { requestTimeout: longestAnswer } });

/**
 * Invokes a function and waits for its answer; an abort ends the waiting only.
 *
 * @param failed what a failure of the function means, before its own words
 * @returns what it answered; an empty object for nothing
 * @throws {TerminalError} when the function failed; what AWS said, as an error of ours, when it could not be asked
 */
export async function askFunction<Answer extends object>(
  lambda: LambdaClient,
  functionName: string,
  event: object,
  failed: string,
  abortSignal: AbortSignal,
): Promise<Partial<Answer>> {
  const Payload = Buffer.from(JSON.stringify(event));
  const command = new InvokeCommand({ FunctionName: functionName, InvocationType: 'RequestResponse', Payload });
  const answer = await lambda.send(command, { abortSignal }).catch((error: Error) => {
    throw sayAwsError(`the function ${functionName}`, error);
  });
  const told = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || 'null') as unknown;
  if (answer.FunctionError === undefined) return (told ?? {}) as Partial<Answer>;
  const { errorMessage = 'no reason given' } = (told ?? {}) as { errorMessage?: string };
  throw new TerminalError(`${failed}: ${errorMessage}`);
}
