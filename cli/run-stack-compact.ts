import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { TerminalError } from '../lambdas/errors.ts';
import { sayAwsError } from './aws-error.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { chosenTables } from './run-compact.ts';
import { readStack } from './stack.ts';

/** What `payments-lake compact --stack` was asked to do. */
export interface StackCompactRequest {
  readonly stack: string;
  readonly table: string | undefined;
  readonly json: boolean;
}

/** Invokes the stack's compaction, which invokes itself for each month that has work; its log tells what it did. */
export async function runStackCompact(
  { stack: name, table, json }: StackCompactRequest,
  io: CommandIo,
): Promise<ExitCode> {
  const { instances, compactionFunction } = await readStack(name);
  if (compactionFunction === null) {
    throw new TerminalError(
      `the stack '${name}' has no output CompactionFunction: it is older than compaction; deploy it again`,
    );
  }
  if (table !== undefined) chosenTables(instances, table);
  const lambda = new LambdaClient({});
  try {
    await lambda.send(
      new InvokeCommand({
        FunctionName: compactionFunction,
        InvocationType: 'Event',
        Payload: Buffer.from(JSON.stringify(table === undefined ? {} : { table })),
      }),
    );
  } catch (error) {
    throw sayAwsError(`the function ${compactionFunction}`, error);
  } finally {
    lambda.destroy();
  }
  io.stdout.write(
    json
      ? `${JSON.stringify({ invoked: compactionFunction })}\n`
      : `${compactionFunction} is invoked: it compacts in the cloud, one invocation for each month and table; 'aws lambda get-function-configuration --function-name ${compactionFunction} --query LoggingConfig.LogGroup' names its log\n`,
  );
  return 0;
}
