import { TerminalError } from '../lambdas/errors.ts';
import type { CompactSummary } from '../lambdas/upkeep/compact-options.ts';
import { askFunction, patientLambda } from './ask-function.ts';
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

/** Months that are compacted at once: each is an invocation of its own. */
const monthsAtOnce = 4;

/** What the function is asked: which months have work, or to do one. */
type Event = { readonly dryRun: true; readonly table?: string } | Month;

interface Month {
  readonly table: string;
  readonly month: string;
}

/** What it answers; some of it. */
interface Answer {
  readonly months: readonly Month[];
  readonly compaction: CompactSummary;
  readonly goesOn: boolean;
  readonly error: string;
}

/**
 * Asks the stack's compaction which months have work, has it do them, four at a time, and tells what each came to.
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
  const lambda = patientLambda();
  const ask = (event: Event) =>
    askFunction<Answer>(lambda, compactionFunction, event, 'compaction failed', io.interrupted);
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
        const answer = await ask(next).catch((thrown: Error): Partial<Answer> => ({ error: thrown.message }));
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
