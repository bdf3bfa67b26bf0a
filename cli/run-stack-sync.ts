import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { realTiming } from '../lambdas/extract/timing.ts';
import { CheckpointTable } from '../lambdas/load/checkpoint-table.ts';
import type { Clock } from '../lambdas/sync/settings.ts';
import type { SyncSummary } from '../lambdas/sync/summary.ts';
import { summaryAsJson } from '../lambdas/sync/summary-json.ts';
import type { Log } from '../lambdas/sync/sync-options.ts';
import { sayAwsError } from './aws-error.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { type Before, type FollowOptions, followSync, lookBefore } from './follow-sync.ts';
import { type ProgressBar, progressBar } from './progress-bar.ts';
import { readStack, type StackInstance } from './stack.ts';
import { eventOf, type StackSyncRequest } from './stack-sync-options.ts';
import { summaryLine } from './sync-report.ts';

/** A function that was invoked, and what its sync is followed with. */
interface Invoked {
  readonly follow: FollowOptions;
  readonly before: Before;
  readonly bar: ProgressBar;
  readonly log: Log;
}

/**
 * Invokes the functions of all instances, then follows their syncs one after the other. Ctrl-C ends the following
 * only.
 *
 * @param clock for tests
 */
export async function runStackSync(
  request: StackSyncRequest,
  io: CommandIo,
  clock: Clock = realTiming,
): Promise<ExitCode> {
  const stack = await readStack(request.stack);
  const { chosen, scope } = request.choose(stack.instances);
  const lambda = new LambdaClient({});
  const dynamo = new DynamoDBClient({});
  const summaries: SyncSummary[] = [];
  try {
    const checkpoints = new CheckpointTable(dynamo, stack.checkpointTable);
    const invoked: Invoked[] = [];
    for (const instance of chosen) {
      if (io.interrupted.aborted) break;
      const bar = progressBar(request.json ? null : io.stderr, instance.name, clock.now);
      const log = logTo(request, io, bar);
      const note = (text: string) => log('warn', text);
      const follow = { checkpoints, instance, scope, clock, signal: io.interrupted, onProgress: bar.show, note };
      const before = await lookBefore(follow);
      await invoke(lambda, instance, eventOf(scope, request.confirmDeletions));
      log('info', `${instance.name}: its function is invoked; the sync runs in the cloud`);
      invoked.push({ follow, before, bar, log });
    }
    for (const { follow, before, bar, log } of invoked) {
      const summary = await followSync(follow, before).finally(bar.end);
      if (!summary) {
        log('warn', goesOn(request.stack, invoked.slice(summaries.length)));
        break;
      }
      summaries.push(summary);
      if (summary.error) log('error', summary.error.message);
      if (!request.json) io.stdout.write(`${summaryLine(summary)}\n`);
    }
  } finally {
    lambda.destroy();
    dynamo.destroy();
  }
  if (request.json) io.stdout.write(`${JSON.stringify({ syncs: summaries.map(summaryAsJson) })}\n`);
  if (summaries.length < chosen.length) return 130;
  return summaries.every(({ status }) => status === 'done') ? 0 : 1;
}

const logTo =
  ({ json }: StackSyncRequest, io: CommandIo, bar: ProgressBar): Log =>
  (level, message) => {
    if (json) io.stderr.write(`${JSON.stringify({ level, message })}\n`);
    else bar.line(`payments-lake: ${message}`);
  };

const goesOn = (stack: string, left: readonly Invoked[]): string => {
  const names = left.map(({ follow }) => follow.instance.name).join(', ');
  return `no longer followed: ${names}; the sync goes on in the cloud, payments-lake status --stack ${stack} shows it`;
};

async function invoke(lambda: LambdaClient, { functionName }: StackInstance, event: object): Promise<void> {
  const Payload = Buffer.from(JSON.stringify(event));
  try {
    await lambda.send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload }));
  } catch (error) {
    throw sayAwsError(`the function ${functionName}`, error);
  }
}
