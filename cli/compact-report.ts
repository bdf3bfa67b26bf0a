import type { CompactSummary } from '../lambdas/upkeep/compact-options.ts';

const number = (value: number): string => value.toLocaleString('en');

export const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 2 : 0)} MB`;

/**
 * What was done with one month of one table, in a line; null when there is nothing to tell.
 *
 * @param goesOn a function that ran out of time invoked itself again
 */
export function compactLine(summary: CompactSummary, goesOn = false): string | null {
  const { table, month, status, filesBefore, filesAfter, bytesBefore, bytesAfter, rows, copies, deleted } = summary;
  const told = [];
  if (status === 'busy') told.push('another compaction is at work');
  if (filesBefore > 0) {
    const left = copies > 0 ? `, ${number(copies)} copies left out` : '';
    told.push(
      `${number(filesBefore)} files, ${megabytes(bytesBefore)} → ${number(filesAfter)}, ${megabytes(bytesAfter)} (${number(rows)} rows${left})`,
    );
  }
  if (deleted > 0) told.push(`${number(deleted)} superseded files deleted`);
  if (status === 'stopped') told.push(goesOn ? 'not finished: it goes on in the cloud' : 'not finished: run it again');
  return told.length === 0 ? null : `${table} ${month}: ${told.join('; ')}`;
}

/** Sums over all months, in a line. */
export function compactTotal(summaries: readonly CompactSummary[]): string {
  const sum = (count: (summary: CompactSummary) => number) => summaries.reduce((total, each) => total + count(each), 0);
  const [before, after] = [sum(({ filesBefore }) => filesBefore), sum(({ filesAfter }) => filesAfter)];
  const deleted = sum(({ deleted: files }) => files);
  const left = deleted > 0 ? `; ${number(deleted)} superseded files deleted` : '';
  if (before === 0) return `nothing to fold${left}`;
  const [bytesBefore, bytesAfter] = [sum((each) => each.bytesBefore), sum((each) => each.bytesAfter)];
  return `${number(before)} files, ${megabytes(bytesBefore)} → ${number(after)}, ${megabytes(bytesAfter)}${left}; the old ones are deleted by a compact run in a day or later`;
}
