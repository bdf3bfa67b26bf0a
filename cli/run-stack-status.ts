import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CheckpointTable } from '../lambdas/load/checkpoint-table.ts';
import { instanceStatus } from '../lambdas/sync/status.ts';
import { lastReconciliation } from '../lambdas/upkeep/last-reconciliation.ts';
import { asking } from './asking.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { readStack, type Stack } from './stack.ts';
import { queryOf } from './stack-query.ts';
import { type Shown, shownOf, shownPayments, writeStatus } from './status-report.ts';

export interface StackStatusRequest {
  readonly stack: string;
  readonly json: boolean;
}

/** What the stack's checkpoints tell, and its payments as Athena counts them: a query that reads little. */
export async function runStackStatus({ stack: name, json }: StackStatusRequest, io: CommandIo): Promise<ExitCode> {
  const stack = await readStack(name);
  const dynamo = new DynamoDBClient({});
  const items = await new CheckpointTable(dynamo, stack.checkpointTable).readAll().finally(() => dynamo.destroy());
  const shown = await countPayments(stack, io);
  const states = stack.instances.map((instance) => ({
    ...instanceStatus(instance.name, instance.source, items),
    ...shownOf(shown, instance.name),
    lastReconciliation: lastReconciliation(instance.name, items),
  }));
  writeStatus(states, json, io);
  return 0;
}

/** @returns null when Athena would not say, which is told on stderr: the checkpoints stand without it */
async function countPayments(stack: Stack, io: CommandIo): Promise<Map<string, Shown> | null> {
  try {
    return await asking(queryOf(stack), io.interrupted, shownPayments);
  } catch (error) {
    if (io.interrupted.aborted) throw error;
    io.stderr.write(`payments-lake: payments are not counted: ${(error as Error).message}\n`);
    return null;
  }
}
