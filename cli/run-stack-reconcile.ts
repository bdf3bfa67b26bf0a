import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { TerminalError } from '../lambdas/errors.ts';
import type { ReconciliationJson } from '../lambdas/upkeep/reconciliation-json.ts';
import { sayAwsError } from './aws-error.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import type { ReconcileRequest } from './reconcile.ts';
import { writeReconciliations } from './reconcile-report.ts';
import { chosenOf, isEqual } from './run-reconcile.ts';
import { readStack, type StackInstance } from './stack.ts';

/** What a function answers. */
interface Answer {
  readonly reconciliation?: ReconciliationJson;
  readonly error?: string;
}

/** A function answers within 15 minutes, ms. */
const longestAnswer = 16 * 60_000;

/**
 * Has the functions count, one after the other, each with its own key and in Athena, and waits for their answers.
 * Ctrl-C ends the waiting only.
 */
export async function runStackReconcile(name: string, request: ReconcileRequest, io: CommandIo): Promise<ExitCode> {
  const stack = await readStack(name);
  const chosen = chosenOf(request.given, stack.instances, `the stack ${name}`);
  // Without retries: the client would have the function count twice.
  const lambda = new LambdaClient({ maxAttempts: 1, requestHandler: { requestTimeout: longestAnswer } });
  const counted: ReconciliationJson[] = [];
  try {
    for (const instance of chosen) {
      if (io.interrupted.aborted) break;
      const answer = await invoke(lambda, instance, request, io.interrupted);
      if (answer.reconciliation) counted.push(answer.reconciliation);
      else io.stderr.write(`payments-lake: ${answer.error ?? `${instance.name}: the function answered nothing`}\n`);
    }
  } catch (error) {
    if (!io.interrupted.aborted) throw error;
  } finally {
    lambda.destroy();
  }
  writeReconciliations(counted, request.json, io);
  if (io.interrupted.aborted) return 130;
  return counted.length === chosen.length && counted.every(isEqual) ? 0 : 1;
}

async function invoke(
  lambda: LambdaClient,
  { name, functionName }: StackInstance,
  { explain, repair }: ReconcileRequest,
  abortSignal: AbortSignal,
): Promise<Answer> {
  const Payload = Buffer.from(JSON.stringify({ mode: 'reconcile', explain, repair }));
  const command = new InvokeCommand({ FunctionName: functionName, InvocationType: 'RequestResponse', Payload });
  const answer = await lambda.send(command, { abortSignal }).catch((error: Error) => {
    throw sayAwsError(`the function ${functionName}`, error);
  });
  const told = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || 'null') as unknown;
  if (answer.FunctionError === undefined) return (told ?? {}) as Answer;
  const { errorMessage = 'no reason given' } = (told ?? {}) as { errorMessage?: string };
  throw new TerminalError(`${name}: its function could not count: ${errorMessage}`);
}
