import type { Input, Run } from './compact-input.ts';
import type { CompactSettings } from './compact-settings.ts';

/** What a merge of these row groups has in memory at most: those whose spans of time lie over each other. */
export function mostInHand(runs: readonly Run[]): number {
  const opened = [...runs].sort((one, other) => compare(one.from, other.from));
  const closed = [...runs].sort((one, other) => compare(one.to, other.to));
  let inHand = 0;
  let most = 0;
  let next = 0;
  for (const run of opened) {
    for (; next < closed.length && (closed[next] as Run).to < run.from; next++) inHand -= (closed[next] as Run).weight;
    inHand += run.weight;
    most = Math.max(most, inHand);
  }
  return most;
}

/** Not a difference: of two infinities that is no number. */
const compare = (one: number, other: number): number => (one < other ? -1 : one > other ? 1 : 0);

const firstOf = ({ runs }: Input): number => runs.reduce((least, { from }) => Math.min(least, from), Infinity);

/**
 * The files of one round, in order of time: as many as memory, bytes and names allow, and at least two. What is left
 * is for the next round.
 *
 * @param inputs all small files of a month
 */
export function chooseBatch(inputs: readonly Input[], settings: CompactSettings): readonly Input[] {
  const { inHandBytes, roundBytes, roundFiles } = settings;
  const inOrder = [...inputs].sort((one, other) => compare(firstOf(one), firstOf(other)));
  const batch: Input[] = [];
  const runs: Run[] = [];
  let bytes = 0;
  for (const input of inOrder) {
    const isFull =
      batch.length === roundFiles ||
      bytes + input.object.size > roundBytes ||
      mostInHand([...runs, ...input.runs]) > inHandBytes;
    if (batch.length >= 2 && isFull) break;
    batch.push(input);
    runs.push(...input.runs);
    bytes += input.object.size;
  }
  return batch.length >= 2 ? batch : [];
}
