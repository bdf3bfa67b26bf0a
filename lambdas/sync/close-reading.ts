import type { HttpClient } from '../extract/http-client.ts';
import { type List, openList } from '../extract/pages.ts';
import { hourMs, isFullReading } from './begin-sync.ts';
import type { Committer } from './committer.ts';
import { compareTotal, statusesToReadAgain } from './compare-total.ts';
import type { InstanceRecord } from './instance-record.ts';
import { orderSeen } from './reach.ts';
import { readSeenIds } from './seen-ids.ts';
import { coversWholeList } from './sync-names.ts';
import type { SyncOptions } from './sync-options.ts';
import { type FullReading, type InstanceState, type SyncState, startOfList } from './sync-state.ts';

/** The list a sync reads at this moment: the one asked for, or that of a status of which payments were missing. */
export function listToRead(
  client: HttpClient,
  { instance: { source }, scope }: Pick<SyncOptions, 'instance' | 'scope'>,
  { again }: SyncState,
): List {
  const { statusFilter } = source.list;
  const [status] = again?.statuses ?? [];
  const narrowed = status !== undefined && statusFilter !== undefined ? { [statusFilter]: status } : {};
  return openList(client, source, { ...scope.filters, ...narrowed });
}

/**
 * Closes a sync that was read to where it may stop. A full reading that is short of the API's total first reads the
 * lists of the statuses that are short, once.
 *
 * @returns 'read again' when there is such a list to read; the sync's place is then at its start
 * @see protocol.md, "Reading", rule 6
 */
export async function closeReading(
  options: SyncOptions,
  record: InstanceRecord,
  committer: Committer,
  client: HttpClient,
): Promise<'closed' | 'read again'> {
  const { instance, scope, store, clock, log } = options;
  const { again, ...rest } = committer.state;
  const state: SyncState = { ...rest, place: again?.place ?? rest.place };
  const readAgain = (statuses: readonly string[]) =>
    committer.save({ ...state, place: startOfList, again: { statuses, place: state.place } });

  const left = again?.statuses.slice(1) ?? [];
  if (left.length > 0) {
    await readAgain(left);
    return 'read again';
  }
  const seen = isFullReading(state) ? await readSeenIds(store, instance.name, state.syncId) : null;
  const total = seen ? await compareTotal(options, client, state.syncId, seen) : null;
  if (total?.verdict === 'short') {
    const statuses = again ? [] : statusesToReadAgain(total, record.state.total);
    const facts = { instance: instance.name, short: total.short };
    const rule = `the API counts ${total.api} payments, the list gave ${total.seen}`;
    if (statuses.length > 0) {
      log('info', `${rule}: those of status ${statuses.join(', ')} are read once more`, facts);
      await readAgain(statuses);
      return 'read again';
    }
    log('warn', rule, facts);
  }
  const now = clock.now();
  const reading: FullReading | null =
    seen && state.start !== null
      ? {
          syncId: state.syncId,
          account: state.account,
          begunAt: state.start + hourMs,
          payments: seen.size,
          isWhole: total?.verdict !== 'short',
        }
      : null;
  await record.learn((before) => ({
    account: state.account ?? before.account,
    ...orderSeen(instance.source, state, before),
    ...(total && { total: { ...total, at: now } }),
    ...(reading && withReading(before, reading)),
  }));
  const movesWatermark = scope.mode === 'incremental' && coversWholeList(scope) && state.start !== null;
  // A list that told no account is taken for the one known before.
  const account = state.account ?? state.watermark?.account ?? null;
  const watermark = movesWatermark ? { at: state.start as number, account } : state.watermark;
  await committer.close({ ...state, phase: 'done', finishedAt: now, watermark, total });
  return 'closed';
}

/** Told twice when a close was repeated: the reading before stays the one before. */
const withReading = (before: InstanceState, reading: FullReading): Partial<InstanceState> =>
  before.reading?.syncId === reading.syncId ? { reading } : { reading, readingBefore: before.reading ?? null };
