import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { TerminalError } from '../lambdas/errors.ts';
import type { CompactSummary } from '../lambdas/upkeep/compact-options.ts';
import { sayAwsError } from './aws-error.ts';
import type { CommandIo, ExitCode } from './command-io.ts';
import { compactLine, compactTotal } from './compact-report.ts';
import { chosenTables } from './run-compact.ts';
import { readStack } from './stack.ts';

/** What `payments-lake compact --stack` was asked to do. */
export interface StackCompactRequest {
  readonly stack: string;
  readonly table: string | undefined;
  readonly json: boolean;
}

/** A function answers within 15 minutes, ms. */
const longestAnswer = 16 * 60_000;

/** Months that are compacted at once: each is an invocation of its own. */
const monthsAtOnce = 4;

/** What the function is asked: which months have work, or to do one. */
type Event = { readonly dryRun: true; readonly table?: string } | Month;

interface Month {
  readonly table: string;
  readonly month: string;
}

/** What it answers. */
type Answer = Partial<{
  readonly months: readonly Month[];
  readonly compaction: CompactSummary;
  readonly goesOn: boolean;
  readonly error: string;
}>;

/**
 * Asks the stack's compaction which months have work, has it do one after the other and tells what each came to.
 * Ctrl-C ends the waiting, and what was begun is finished in the cloud; a month that was not begun is left as it is.
 */
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
  // Without retries: a second invocation would meet the first one's lease.
  const lambda = new LambdaClient({ maxAttempts: 1, requestHandler: { requestTimeout: longestAnswer } });
  const ask = (event: Event) => invoke(lambda, compactionFunction, event, io.interrupted);
  const summaries: CompactSummary[] = [];
  let failures = 0;
  const say = (line: string) => void (json || io.stderr.write(`${line}\n`));
  const fail = (message: string) => {
    failures++;
    io.stderr.write(`payments-lake: ${message}\n`);
  };
  try {
    const { months = [], error } = await ask({ dryRun: true, ...(table !== undefined && { table }) });
    if (error !== undefined) fail(error);
    const left = [...months];
    const some = async () => {
      for (let next = left.shift(); next && !io.interrupted.aborted; next = left.shift()) {
        const where = `${next.table} ${next.month}`;
        const answer = await ask(next).catch((thrown: Error): Answer => ({ error: thrown.message }));
        if (io.interrupted.aborted) return;
        if (!answer.compaction) {
          fail(`${where}: ${answer.error ?? 'the function answered nothing'}`);
          continue;
        }
        summaries.push(answer.compaction);
        const line = compactLine(answer.compaction, answer.goesOn === true);
        if (line !== null) say(line);
      }
    };
    await Promise.all(Array.from({ length: monthsAtOnce }, some));
  } catch (error) {
    if (!io.interrupted.aborted) throw error;
  } finally {
    lambda.destroy();
  }
  if (json) io.stdout.write(`${JSON.stringify({ compactions: summaries })}\n`);
  else io.stdout.write(`${compactTotal(summaries)}\n`);
  if (io.interrupted.aborted) return 130;
  return failures === 0 ? 0 : 1;
}

/** @throws {TerminalError} when the function failed, in its own words */
async function invoke(
  lambda: LambdaClient,
  functionName: string,
  event: Event,
  abortSignal: AbortSignal,
): Promise<Answer> {
  const Payload = Buffer.from(JSON.stringify(event));
  const command = new InvokeCommand({ FunctionName: functionName, InvocationType: 'RequestResponse', Payload });
  const answer = await lambda.send(command, { abortSignal }).catch((error: Error) => {
    throw sayAwsError(`the function ${functionName}`, error);
  });
  const told = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || 'null') as unknown;
  if (answer.FunctionError === undefined) return (told ?? {}) as Answer;
  const { errorMessage = 'no reason given' } = (told ?? {}) as { errorMessage?: string };
  throw new TerminalError(`compaction failed: ${errorMessage}`);
}
