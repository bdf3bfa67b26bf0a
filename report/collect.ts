import type { Answer, SqlQuery } from '../lambdas/athena/sql-query.ts';
import type { Row, Subject } from './section.ts';
import { reportQueries } from './sections.ts';

/** What the queries answered, by their section's id. */
export interface Collected {
  readonly sql: string;
  readonly rows: readonly Row[];
}

/**
 * Runs the report's queries, one after another.
 *
 * @returns the answers, and what the queries read where that is what they cost; null on a laptop
 * @throws {UsageError} as the query does
 */
export async function collect(
  query: SqlQuery,
  subject: Subject,
): Promise<{ readonly answers: ReadonlyMap<string, Collected>; readonly scannedBytes: number | null }> {
  const answers = new Map<string, Collected>();
  let scannedBytes: number | null = null;
  for (const { name, sql } of reportQueries(subject)) {
    const answer = await query.stream(sql);
    const rows: Row[] = [];
    for await (const batch of answer.batches) {
      for (const values of batch) {
        rows.push(
          Object.fromEntries(answer.columns.map((column, at): [string, Answer] => [column.name, values[at] ?? null])),
        );
      }
    }
    if (answer.scannedBytes !== undefined) scannedBytes = (scannedBytes ?? 0) + answer.scannedBytes;
    answers.set(name, { sql, rows });
  }
  return { answers, scannedBytes };
}
