import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { TransientError } from '../errors.ts';
import { requestHandler } from './request-handler.ts';

/** @throws {TransientError} when the event was not taken: the retry of this invocation goes on in its stead */
export async function invokeAgain(functionName: string, event: object): Promise<void> {
  const client = new LambdaClient({ requestHandler });
  const command = new InvokeCommand({
    FunctionName: functionName,
    InvocationType: 'Event',
    Payload: Buffer.from(JSON.stringify(event)),
  });
  try {
    await client.send(command);
  } catch (error) {
    const { name } = error as Error;
    throw new TransientError(
      `${functionName} could not invoke itself to go on (${name}): its role needs lambda:InvokeFunction on itself; all that was read is committed, and a retry goes on`,
    );
  } finally {
    client.destroy();
  }
}
