import type { Source } from '../sources/source.ts';
import { isFullReading } from './begin-sync.ts';
import type { ReadingOptions } from './reading.ts';
import type { SyncOptions } from './sync-options.ts';
import type { FullReading, InstanceState, SyncState } from './sync-state.ts';

/** What decides how far back a nightly reads, beside its watermark. */
export interface Reach {
  /** null: the list's order is not known to be newest first, so it is read to its end. */
  readonly lookbackDays: number | null;
  /** The last one that was closed; null: there was none. */
  readonly lastFullReading: FullReading | null;
  /** How old that may be before everything is read again. */
  readonly fullReadingDays: number;
}

export function reachOf(
  { instance: { source }, lookbackDays, fullReadingDays }: SyncOptions,
  about: InstanceState | null,
): Reach {
  return {
    lookbackDays: orderOf(source, about) === 'unknown' ? null : (lookbackDays ?? source.lookbackDays),
    lastFullReading: about?.reading ?? null,
    fullReadingDays: fullReadingDays ?? source.fullReadingDays,
  };
}

/** In which order a list is taken to be: as declared, or, where nothing is, as a full reading saw it. */
export const orderOf = ({ list }: Source, about: InstanceState | null): ReadingOptions['order'] =>
  list.order === 'unknown' && about?.observedOrder === 'newest first' ? 'observed newest first' : list.order;

/** One page in the right order tells nothing, and nobody stops before the second. */
const pagesToObserve = 2;

/**
 * What a sync that is closed tells of the order. A list that was once seen in another one is not believed again: it
 * is read to its end for good.
 */
export function orderSeen({ list }: Source, state: SyncState, before: InstanceState): Partial<InstanceState> {
  const { outOfOrder, rose } = state.place;
  if (list.order === 'newest first') return { outOfOrder: outOfOrder || before.outOfOrder };
  const isFull = isFullReading(state);
  if (outOfOrder || (isFull && rose)) return { observedOrder: 'other' };
  const isTold = isFull && rose === false && state.counts.pages >= pagesToObserve;
  return isTold && !before.observedOrder ? { observedOrder: 'newest first' } : {};
}

/** What is known of the order as soon as a page violates it. */
export const disorderSeen = ({ list }: Source): Partial<InstanceState> =>
  list.order === 'newest first' ? { outOfOrder: true } : { observedOrder: 'other' };
