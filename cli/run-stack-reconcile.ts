import type { ReconciliationJson } from '../lambdas/upkeep/reconciliation-json.ts';
import { askFunction, patientLambda } from './ask-function.ts';
import { chosenInstances } from './chosen-instances.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import type { ReconcileRequest } from './reconcile.ts';
import { writeReconciliations } from './reconcile-report.ts';
import { isEqual } from './run-reconcile.ts';
import { readStack } from './stack.ts';

/** What a function answers: one of the two. */
interface Answer {
  readonly reconciliation: ReconciliationJson;
  readonly error: string;
}

/**
 * Has the functions count, one after the other, each with its own key and in Athena, and waits for their answers; one
 * that fails does not keep the next from its turn. Ctrl-C ends the waiting only.
 */
export async function runStackReconcile(
  stackName: string,
  request: ReconcileRequest,
  io: CommandIo,
): Promise<ExitCode> {
  const stack = await readStack(stackName);
  const chosen = chosenInstances(request.given, stack.instances, `the stack ${stackName}`);
  const event = { mode: 'reconcile', explain: request.explain, repair: request.repair };
  const lambda = patientLambda();
  const counted: ReconciliationJson[] = [];
  try {
    for (const { name, functionName } of chosen) {
      if (io.interrupted.aborted) break;
      const failed = `${name}: its function could not count`;
      const answer = await askFunction<Answer>(lambda, functionName, event, failed, io.interrupted).catch(
        (thrown: Error): Partial<Answer> => ({ error: thrown.message }),
      );
      if (answer.reconciliation) counted.push(answer.reconciliation);
      else if (!io.interrupted.aborted)
        io.stderr.write(`payments-lake: ${answer.error ?? `${name}: the function answered nothing`}\n`);
    }
  } finally {
    lambda.destroy();
  }
  writeReconciliations(counted, request.json, io);
  if (io.interrupted.aborted) return 130;
  return counted.length === chosen.length && counted.every(isEqual) ? 0 : 1;
}
