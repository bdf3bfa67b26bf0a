import type { SqlQuery } from '../lambdas/athena/sql-query.ts';
import type { InstanceStatus } from '../lambdas/sync/status.ts';
import type { LastReconciliation } from '../lambdas/upkeep/last-reconciliation.ts';
import type { CommandIo } from './command-io.ts';
import { payments } from './reconcile-report.ts';
import { driftLines, type ShownDrift, shownDrift } from './status-drift.ts';

/** What the warehouse shows of one instance; null where nobody could be asked. */
export interface Shown {
  readonly payments: number | null;
  readonly newestPayment: string | null;
  /** The last seen first. */
  readonly drift: readonly ShownDrift[] | null;
}

/** Live and test payments of each instance that has any, and what its source does not declare. */
export async function shownPayments(query: SqlQuery): Promise<Map<string, Shown>> {
  const { rows } = await query.run(
    'SELECT instance, count(*), max(created_at) FROM payments_all WHERE NOT deleted GROUP BY instance',
  );
  const shown = new Map<string, Shown>();
  const drift = await shownDrift(query);
  for (const [instance, own] of drift) shown.set(instance, { payments: 0, newestPayment: null, drift: own });
  for (const [instance, payments, newest] of rows) {
    const newestPayment = newest === null ? null : `${String(newest).replace(' ', 'T')}Z`;
    const name = String(instance);
    shown.set(name, { payments: Number(payments), newestPayment, drift: drift.get(name) ?? [] });
  }
  return shown;
}

export interface Counted {
  /** null: never counted. */
  readonly lastReconciliation: LastReconciliation | null;
}

type State = InstanceStatus & Shown & Counted;

/** @param shown null: not known */
export const shownOf = (shown: Map<string, Shown> | null, instance: string): Shown =>
  shown?.get(instance) ?? { payments: shown ? 0 : null, newestPayment: null, drift: shown ? [] : null };

export function writeStatus(states: readonly State[], json: boolean, io: CommandIo): void {
  // A block per source, since a line per source would be wider than a terminal.
  io.stdout.write(`${json ? JSON.stringify({ sources: states }) : states.map(asBlock).join('\n\n')}\n`);
}

/** When the warehouse was counted against the API last, and what came of it. */
function reconciled(last: LastReconciliation | null): string {
  if (!last) return 'never';
  const by = last.difference > 0 ? `, by ${payments(last.difference)}` : '';
  return `${last.verdict}${by}, ${last.at}`;
}

/** Only where there is something to say: what the last look marked, or left alone. */
function deletionLines({ source, deletions }: State): string[] {
  if (!deletions || (deletions.marked === 0 && deletions.heldBack === null)) return [];
  const { at, marked, heldBack } = deletions;
  const held =
    heldBack === null ? '' : `; ${heldBack.toLocaleString('en')} held back: sync ${source} --confirm-deletions`;
  return [`  deletions   ${marked.toLocaleString('en')} payments marked, ${at}${held}`];
}

function asBlock(state: State): string {
  const { source, api, baseUrl, lastSync, payments: held, newestPayment, watermark, unfinished, failures } = state;
  const { lastFullReading, observedOrder, sweeps } = state;
  const about = [source === api ? '' : `an account of ${api}`, baseUrl ?? ''].filter((text) => text !== '').join(', ');
  const count = held === null ? 'not known' : held.toLocaleString('en');
  return [
    about === '' ? source : `${source} (${about})`,
    `  last sync   ${lastSync ? `${lastSync.mode}, ${lastSync.status}, ${lastSync.finishedAt ?? lastSync.startedAt}` : 'none'}`,
    `  payments    ${count}${newestPayment ? `, the newest created ${newestPayment}` : ''}`,
    `  watermark   ${watermark ?? 'none: the next sync reads everything'}`,
    `  reconciled  ${reconciled(state.lastReconciliation)}`,
    ...deletionLines(state),
    ...driftLines(state.drift),
    `  whole list  ${lastFullReading ? `last read ${lastFullReading}` : 'never read'}${observedOrder ? `, order: ${observedOrder}` : ''}`,
    ...sweeps.map(({ status, records }) => `  sweep       ${status}: ${records.toLocaleString('en')} read so far`),
    ...(unfinished.length === 0 ? ['  unfinished  nothing'] : []),
    ...unfinished.map(
      ({ sync, records, loads }) => `  unfinished  ${sync}: ${records.toLocaleString('en')} read, ${loads} loads`,
    ),
    ...failures.map(({ sync, at, message }) => `  failed      ${sync}, ${at}: ${message}`),
  ].join('\n');
}
