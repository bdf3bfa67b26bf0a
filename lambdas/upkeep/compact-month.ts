import { TakenOver } from '../errors.ts';
import type { StoredObject } from '../load/object-store.ts';
import { monthPrefix } from '../warehouse/keys.ts';
import { abandon, deleteDue } from './compact-delete.ts';
import { type Input, readInput } from './compact-input.ts';
import { keyOf, nameOf, newRoundId, openRounds, type Round, type RoundState, roundKey } from './compact-item.ts';
import { MonthLease } from './compact-lease.ts';
import type { CompactOptions, CompactSummary, TableMonth } from './compact-options.ts';
import { rowOrder } from './compact-order.ts';
import { chooseBatch } from './compact-plan.ts';
import { type Written, writeRound } from './compact-round.ts';
import { fullBytes } from './compact-settings.ts';
import { smallFiles } from './compact-work.ts';

/** Of an invocation's time: less left than this, and no other round is begun. */
const leastMsForARound = 5 * 60_000;

export const hasTimeForARound = ({ remainingMs }: CompactOptions): boolean =>
  (remainingMs?.() ?? Number.POSITIVE_INFINITY) >= leastMsForARound;

/**
 * Folds the small files of one month of one table into large sorted ones, and deletes what earlier rounds have
 * superseded. Safe to kill at any step, and beside syncs and queries: a file is deleted a grace after its rows lie in
 * another, and until then every row is there twice, which no view shows.
 *
 * @param only 'deletions': nothing is folded
 * @throws {TransientError} when a store could not be reached or an input vanished; the next run begins anew
 * @see protocol.md, "Compaction"
 */
export async function compactMonth(
  options: CompactOptions,
  month: TableMonth,
  only: 'all' | 'deletions' = 'all',
): Promise<CompactSummary> {
  const lease = await MonthLease.take(options, month);
  if (!lease) return { ...nothingDone(month), status: 'busy' };
  try {
    const { rounds, deleted } = await tidy(options, month);
    const summary = { ...nothingDone(month), deleted };
    return only === 'deletions' ? summary : await foldAll(options, month, lease, rounds, summary);
  } finally {
    await lease.release();
  }
}

const nothingDone = ({ table, month }: TableMonth): CompactSummary => ({
  table: table.name,
  month,
  status: 'done',
  filesBefore: 0,
  filesAfter: 0,
  bytesBefore: 0,
  bytesAfter: 0,
  rows: 0,
  copies: 0,
  deleted: 0,
  mostRowsInHand: 0,
});

/** Ends the rounds of killed processes and those whose grace is over. @returns the rounds that are left */
async function tidy(
  options: CompactOptions,
  month: TableMonth,
): Promise<{ rounds: readonly Round[]; deleted: number }> {
  const rounds = async () => (await openRounds(options.checkpoints, month.table.name)).get(month.month) ?? [];
  let met = await rounds();
  const unfinished = met.filter(({ stored }) => stored.state.phase === 'writing');
  for (const round of unfinished) await abandon(options, round);
  if (unfinished.length > 0) met = await rounds();
  if (met.length === 0) return { rounds: met, deleted: 0 };
  const { left, deleted } = await deleteDue(options, month, met, await listed(options, month));
  return { rounds: left, deleted };
}

const listed = ({ store }: CompactOptions, { table, month }: TableMonth): Promise<readonly StoredObject[]> =>
  store.list(monthPrefix(table.name, month));

/** Round after round, until too few small files are left. */
async function foldAll(
  options: CompactOptions,
  month: TableMonth,
  lease: MonthLease,
  rounds: readonly Round[],
  before: CompactSummary,
): Promise<CompactSummary> {
  const live = new Map(smallFiles(month, await listed(options, month), rounds, options.settings));
  const inputs = new Map<string, Input | null>();
  /** What this run has written and not folded again. */
  const made = new Map<string, StoredObject>();
  let summary = before;
  for (;;) {
    const batch = await nextBatch(options, month, live, inputs);
    if (batch.length === 0) return summary;
    if (options.signal?.aborted || !hasTimeForARound(options)) return { ...summary, status: 'stopped' };
    const written = (await lease.isOurs()) ? await fold(options, month, batch) : null;
    if (!written) return { ...summary, status: 'busy' };
    const old = batch.map(({ object }) => object).filter(({ key }) => !made.has(key));
    for (const { object } of batch) {
      live.delete(object.key);
      made.delete(object.key);
    }
    const outputs = written.outputs.map(({ name, size }): StoredObject => ({ key: keyOf(month, name), size }));
    for (const output of outputs) {
      made.set(output.key, output);
      if (output.size < fullBytes(options.settings)) live.set(output.key, output);
    }
    summary = {
      ...summary,
      filesBefore: summary.filesBefore + old.length,
      filesAfter: made.size,
      bytesBefore: summary.bytesBefore + bytesOf(old),
      bytesAfter: bytesOf([...made.values()]),
      rows: summary.rows + written.rows,
      copies: summary.copies + written.copies,
      mostRowsInHand: Math.max(summary.mostRowsInHand, written.mostRowsInHand),
    };
    // Each round must leave fewer files, or there would be no end.
    if (outputs.length >= batch.length) return summary;
  }
}

const bytesOf = (objects: readonly StoredObject[]): number => objects.reduce((sum, { size }) => sum + size, 0);

async function nextBatch(
  { store, settings }: CompactOptions,
  { table: { table } }: TableMonth,
  live: ReadonlyMap<string, StoredObject>,
  inputs: Map<string, Input | null>,
): Promise<readonly Input[]> {
  if (live.size < settings.leastFiles) return [];
  const order = rowOrder(table);
  const unread = [...live.values()].filter(({ key }) => !inputs.has(key));
  const readOne = async () => {
    for (let object = unread.pop(); object; object = unread.pop()) {
      inputs.set(object.key, await readInput(store, object, table, order));
    }
  };
  await Promise.all(Array.from({ length: settings.readsAtOnce }, readOne));
  const usable = [...live.keys()].flatMap((key) => inputs.get(key) ?? []);
  return usable.length < settings.leastFiles ? [] : chooseBatch(usable, settings);
}

/** @returns null if another process holds this one for dead and has abandoned the round */
async function fold(options: CompactOptions, month: TableMonth, batch: readonly Input[]): Promise<Written | null> {
  const { checkpoints, now } = options;
  const id = newRoundId(now());
  const key = roundKey(month, id);
  const inputs = batch.map(({ object }) => nameOf(month, object.key) as string);
  const writing: RoundState = { phase: 'writing', inputs, outputs: [], at: now() };
  const version = await checkpoints.move(key, null, writing);
  const written = await writeRound(options, month, id, batch);
  try {
    await checkpoints.move(key, version, {
      ...writing,
      phase: 'superseded',
      outputs: written.outputs,
      at: now(),
    } satisfies RoundState);
    return written;
  } catch (error) {
    if (error instanceof TakenOver) return null;
    throw error;
  }
}
