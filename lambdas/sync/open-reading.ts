import { afterFailure, fullJitter } from '../extract/backoff.ts';
import type { List } from '../extract/pages.ts';
import { orderOf } from './reach.ts';
import { Reading, type ReadPage } from './reading.ts';
import type { SyncOptions } from './sync-options.ts';
import type { InstanceState, Place } from './sync-state.ts';

/** Where a sync's pages come from. */
export interface PageReader {
  /** @returns null at the end */
  next(): Promise<ReadPage | null>;
  /** createdAt before which nothing is asked for; null: read to the end. */
  stopBefore(boundary: number | null): void;
  /** More is to be read, and its request may not be sent. */
  readonly isUsedUp: boolean;
}

/** Reads a list from a saved place. @param mayAsk whether another request may be sent */
export function openReading(
  { instance: { name, source }, log, clock, signal }: Pick<SyncOptions, 'instance' | 'log' | 'clock' | 'signal'>,
  about: InstanceState,
  list: List,
  place: Place,
  mayAsk: () => boolean,
): PageReader {
  const { payments, shared, paging } = source;
  return new Reading(
    {
      list,
      instance: name,
      order: orderOf(source, about),
      cursorIsId: paging.kind === 'after last id',
      createdAtPath: payments.columns.find((column) => column.name === shared.created_at)?.path ?? 'createdAt',
      mayAsk,
      note: (message) => log('warn', message, { instance: name }),
      pause: (attempt) => clock.sleep(fullJitter(afterFailure, attempt, Math.random), signal),
    },
    place,
  );
}
