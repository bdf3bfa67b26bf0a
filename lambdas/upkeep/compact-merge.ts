import { setImmediate } from 'node:timers/promises';
import { TerminalError } from '../errors.ts';
import type { ObjectStore } from '../load/object-store.ts';
import { type OpenParquet, openParquet, readGroupRows } from '../load/parquet-reader.ts';
import type { Row } from '../sources/row.ts';
import type { Table } from '../sources/table.ts';
import type { Run } from './compact-input.ts';
import type { RowOrder } from './compact-order.ts';

/** What a merge tells of as it goes on. */
export interface MergeListener {
  /** A row was read from a file. */
  read(row: Row): void;
  /** A row is left out: the one before it is equal in every column. */
  dropped(row: Row): void;
  /** How many rows read are not yet handed on. */
  inHand(rows: number): void;
}

/** A row group in hand. */
interface OpenRun {
  readonly run: Run;
  readonly rows: readonly Row[];
  next: number;
}

const rowsPerBatch = 500;

/**
 * Merges row groups into one sorted sequence without copies. A row group is read when the merge comes to its first
 * instant, sorted if it is not, and let go with its last row: in hand are only those that lie over each other in time.
 *
 * @throws {TerminalError} if a file's statistics are wrong: a row comes before one that was handed on already
 */
export async function* mergeRuns(
  store: ObjectStore,
  runs: readonly Run[],
  table: Table,
  order: RowOrder,
  listener: MergeListener,
): AsyncGenerator<Row[]> {
  const files = new OpenFiles(store, runs);
  const waiting = [...runs].sort((one, other) => (one.from < other.from ? -1 : one.from > other.from ? 1 : 0));
  const open = new RunHeap(order);
  let opened = 0;
  let inHand = 0;
  let last: Row | null = null;
  let batch: Row[] = [];
  while (opened < waiting.length || open.least) {
    const front = open.least ? timeOf(open.least, order) : Number.POSITIVE_INFINITY;
    const next = waiting[opened];
    if (next && (!open.least || next.from <= front)) {
      opened++;
      const rows = await readGroupRows(await files.open(next), next.group, table);
      files.done(next);
      if (!isSorted(rows, order)) rows.sort(order.compare);
      for (const row of rows) listener.read(row);
      inHand += rows.length;
      listener.inHand(inHand + batch.length);
      if (rows.length > 0) open.add({ run: next, rows, next: 0 });
      continue;
    }
    const least = open.least as OpenRun;
    const row = least.rows[least.next] as Row;
    const step = last === null ? -1 : order.compare(last, row);
    if (step > 0) {
      throw new TerminalError(
        `${least.run.object.key}: its statistics of ${table.columns[order.time]?.name} must hold for its rows, got a row before them; nothing was changed`,
      );
    }
    if (step < 0) batch.push(row);
    else listener.dropped(row);
    last = row;
    least.next++;
    if (least.next === least.rows.length) inHand -= least.rows.length;
    open.settle();
    if (batch.length === rowsPerBatch) {
      yield batch;
      batch = [];
      await setImmediate();
    }
  }
  if (batch.length > 0) yield batch;
}

function timeOf({ rows, next }: OpenRun, { time }: RowOrder): number {
  const value = rows[next]?.[time] ?? null;
  return value === null ? Number.NEGATIVE_INFINITY : Number(value);
}

function isSorted(rows: readonly Row[], order: RowOrder): boolean {
  for (let index = 1; index < rows.length; index++) {
    if (order.compare(rows[index - 1] as Row, rows[index] as Row) > 0) return false;
  }
  return true;
}

/** Footers of the files whose row groups are being read; each is let go with its last row group. */
class OpenFiles {
  readonly #store: ObjectStore;
  readonly #left = new Map<string, number>();
  readonly #open = new Map<string, OpenParquet>();

  constructor(store: ObjectStore, runs: readonly Run[]) {
    this.#store = store;
    for (const { object } of runs) this.#left.set(object.key, (this.#left.get(object.key) ?? 0) + 1);
  }

  async open({ object }: Run): Promise<OpenParquet> {
    const file = this.#open.get(object.key) ?? (await openParquet(this.#store, object));
    this.#open.set(object.key, file);
    return file;
  }

  done({ object }: Run): void {
    const left = (this.#left.get(object.key) as number) - 1;
    this.#left.set(object.key, left);
    if (left === 0) this.#open.delete(object.key);
  }
}

/** Open row groups, that with the least next row on top. */
class RunHeap {
  readonly #order: RowOrder;
  readonly #runs: OpenRun[] = [];

  constructor(order: RowOrder) {
    this.#order = order;
  }

  get least(): OpenRun | undefined {
    return this.#runs[0];
  }

  add(run: OpenRun): void {
    const runs = this.#runs;
    let at = runs.push(run) - 1;
    for (let above = (at - 1) >> 1; at > 0 && this.#isBefore(at, above); at = above, above = (at - 1) >> 1) {
      this.#swap(at, above);
    }
  }

  /** Puts the top in its place after it went on by a row, or takes it away after its last. */
  settle(): void {
    const runs = this.#runs;
    const top = runs[0];
    if (!top) return;
    if (top.next === top.rows.length) {
      const lowest = runs.pop() as OpenRun;
      if (runs.length === 0) return;
      runs[0] = lowest;
    }
    for (let at = 0; ; ) {
      let least = at;
      for (const below of [at * 2 + 1, at * 2 + 2]) {
        if (below < runs.length && this.#isBefore(below, least)) least = below;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#runs[one] as OpenRun, this.#runs[other] as OpenRun];
    return this.#order.compare(a.rows[a.next] as Row, b.rows[b.next] as Row) < 0;
  }

  #swap(one: number, other: number): void {
    const runs = this.#runs;
    [runs[one], runs[other]] = [runs[other] as OpenRun, runs[one] as OpenRun];
  }
}
