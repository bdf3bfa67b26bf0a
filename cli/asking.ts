import type { SqlQuery } from '../lambdas/athena/sql-query.ts';

/** Asks an opened warehouse, ends what it asks when it is interrupted, and closes it. */
export async function asking<Told>(
  query: SqlQuery,
  interrupted: AbortSignal,
  ask: (query: SqlQuery) => Promise<Told>,
): Promise<Told> {
  const interrupt = () => query.interrupt();
  interrupted.addEventListener('abort', interrupt);
  if (interrupted.aborted) interrupt();
  try {
    return await ask(query);
  } finally {
    interrupted.removeEventListener('abort', interrupt);
    query.close();
  }
}
