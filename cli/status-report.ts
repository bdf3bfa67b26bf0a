import type { SqlQuery } from '../lambdas/athena/sql-query.ts';
import type { InstanceStatus } from '../lambdas/sync/status.ts';
import type { CommandIo } from './command-io.ts';

/** What the warehouse shows of one instance; null where nobody could be asked. */
export interface Shown {
  readonly payments: number | null;
  readonly newestPayment: string | null;
}

/** Live and test payments of each instance that has any. */
export async function shownPayments(query: SqlQuery): Promise<Map<string, Shown>> {
  const { rows } = await query.run(
    'SELECT instance, count(*), max(created_at) FROM payments WHERE _deleted_at IS NULL GROUP BY instance',
  );
  return new Map(
    rows.map(([instance, payments, newest]) => [
      String(instance),
      { payments: Number(payments), newestPayment: newest === null ? null : `${String(newest).replace(' ', 'T')}Z` },
    ]),
  );
}

/** @param shown null: not known */
export const shownOf = (shown: Map<string, Shown> | null, instance: string): Shown =>
  shown?.get(instance) ?? { payments: shown ? 0 : null, newestPayment: null };

export function writeStatus(states: readonly (InstanceStatus & Shown)[], json: boolean, io: CommandIo): void {
  // A block per source, since a line per source would be wider than a terminal.
  io.stdout.write(`${json ? JSON.stringify({ sources: states }) : states.map(asBlock).join('\n\n')}\n`);
}

function asBlock(state: InstanceStatus & Shown): string {
  const { source, api, baseUrl, lastSync, payments, newestPayment, watermark, unfinished, failures } = state;
  const about = [source === api ? '' : `an account of ${api}`, baseUrl ?? ''].filter((text) => text !== '').join(', ');
  const count = payments === null ? 'not known' : payments.toLocaleString('en');
  return [
    about === '' ? source : `${source} (${about})`,
    `  last sync   ${lastSync ? `${lastSync.mode}, ${lastSync.status}, ${lastSync.finishedAt ?? lastSync.startedAt}` : 'none'}`,
    `  payments    ${count}${newestPayment ? `, the newest created ${newestPayment}` : ''}`,
    `  watermark   ${watermark ?? 'none: the next sync reads everything'}`,
    ...(unfinished.length === 0 ? ['  unfinished  nothing'] : []),
    ...unfinished.map(
      ({ sync, records, loads }) => `  unfinished  ${sync}: ${records.toLocaleString('en')} read, ${loads} loads`,
    ),
    ...failures.map(({ sync, at, message }) => `  failed      ${sync}, ${at}: ${message}`),
  ].join('\n');
}
