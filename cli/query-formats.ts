import { once } from 'node:events';
import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import type { Answer, AnswerStream, ResultColumn } from '../lambdas/athena/sql-query.ts';
import type { CommandIo } from './command-io.ts';

export const formats = ['table', 'csv', 'json'] as const;
export type Format = (typeof formats)[number];

/** A table is drawn when its widest value is known, so all its rows are in memory. */
const tableRowLimit = 10_000;

/** Writes an answer; of csv and json, memory holds a batch. A reader that closes the pipe ends it. */
export async function writeAnswer(
  { columns, batches }: AnswerStream,
  format: Format,
  io: Pick<CommandIo, 'stdout' | 'stderr'>,
): Promise<void> {
  // Not stdout.destroyed: a process's own stdout takes that back at once.
  const closed = new AbortController();
  const close = () => closed.abort();
  for (const event of ['error', 'close']) io.stdout.once(event, close);
  try {
    for await (const part of written[format](columns, batches, io)) {
      if (closed.signal.aborted) return;
      if (!io.stdout.write(part)) await once(io.stdout, 'drain', { signal: closed.signal }).catch(() => {});
    }
  } finally {
    for (const event of ['error', 'close']) io.stdout.off(event, close);
  }
}

type Writer = (
  columns: readonly ResultColumn[],
  batches: AsyncIterable<Answer[][]>,
  io: Pick<CommandIo, 'stderr'>,
) => AsyncGenerator<string>;

const written: Readonly<Record<Format, Writer>> = { table: tableText, csv: csvText, json: jsonText };

async function* tableText(
  columns: readonly ResultColumn[],
  batches: AsyncIterable<Answer[][]>,
  io: Pick<CommandIo, 'stderr'>,
): AsyncGenerator<string> {
  const rows: Answer[][] = [];
  let count = 0;
  for await (const batch of batches) {
    rows.push(...batch.slice(0, tableRowLimit - rows.length));
    count += batch.length;
  }
  if (columns.length === 0) return;
  const table = new Table({
    head: columns.map(({ name }) => inOneCell(name)),
    colAligns: columns.map(({ type }) => (isNumberType(type) ? 'right' : 'left')),
    // No colours: the table goes into pipes and files too.
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(row.map((value) => (value === null ? 'NULL' : inOneCell(plainText(value)))));
  yield `${table.toString()}\n`;
  if (count > rows.length) {
    io.stderr.write(`payments-lake: the first ${rows.length} of ${count} rows; --format csv or json writes them all\n`);
  }
}

async function* csvText(columns: readonly ResultColumn[], batches: AsyncIterable<Answer[][]>): AsyncGenerator<string> {
  const lines = (rows: (string | null)[][]) => stringify(rows, { quoted_match: /^$|^\s|\s$|\r/ });
  if (columns.length === 0) return;
  yield lines([columns.map(({ name }) => name)]);
  for await (const batch of batches) {
    yield lines(batch.map((row) => row.map((value) => (value === null ? null : plainText(value)))));
  }
}

async function* jsonText(columns: readonly ResultColumn[], batches: AsyncIterable<Answer[][]>): AsyncGenerator<string> {
  const names = distinctNames(columns).map((name) => JSON.stringify(name));
  const isDecimal = columns.map(({ type }) => type.startsWith('DECIMAL'));
  let before = '[\n';
  for await (const batch of batches) {
    const objects = batch.map((row) => {
      const members = row.map((value, index) => `${names[index]}:${jsonValue(value, isDecimal[index])}`);
      return `{${members.join(',')}}`;
    });
    yield before + objects.join(',\n');
    before = ',\n';
  }
  yield before === ',\n' ? '\n]\n' : '[]\n';
}

/** A second `id` becomes `id_2`, so that an object holds both. */
export function distinctNames(columns: readonly { readonly name: string }[]): string[] {
  const all = new Set(columns.map(({ name }) => name));
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let distinct = name;
    for (let copy = 2; taken.has(distinct) || (distinct !== name && all.has(distinct)); copy++) {
      distinct = `${name}_${copy}`;
    }
    taken.add(distinct);
    return distinct;
  });
}

/** Everything as JSON can hold it without loss, whoever reads it: a number is a number only if a double is exactly it. */
function jsonValue(value: Answer, isDecimal = false): string {
  if (typeof value === 'string') return isDecimal && isExactDouble(value) ? value : JSON.stringify(value);
  if (typeof value === 'bigint') return isSafe(value) ? String(value) : `"${value}"`;
  if (typeof value === 'number') return Number.isFinite(value) ? numberText(value) : `"${value}"`;
  if (Array.isArray(value)) return `[${value.map((item) => jsonValue(item)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${jsonValue(member)}`);
    return `{${members.join(',')}}`;
  }
  return String(value);
}

const plainText = (value: Exclude<Answer, null>): string =>
  typeof value === 'object' ? jsonValue(value) : typeof value === 'number' ? numberText(value) : String(value);

/** String() makes 0 of -0. */
const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

const isSafe = (value: bigint): boolean =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);

/** A double tells decimals of up to 15 digits apart. */
const isExactDouble = (decimal: string): boolean => decimal.replace(/\D/g, '').replace(/^0+/, '').length <= 15;

/** @param type as the engine names it */
export const isNumberType = (type: string): boolean =>
  /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*)$/.test(type);

/** Control characters would break the table, or drive the reader's terminal: shown as `\n`, `\u001b`. */
const inOneCell = (text: string): string => text.replace(/\p{Cc}/gu, escaped);

const escaped = (character: string): string =>
  ({ '\n': '\\n', '\r': '\\r', '\t': '\\t' })[character] ??
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
