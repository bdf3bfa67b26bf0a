import type { SyncOptions } from './sync-options.ts';

/** The time left is short in the middle of a wait or a request: what was read is committed, and the lease handed over. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';

  constructor() {
    super('the time of this invocation ran out');
  }
}

/** Whether there is time left to begin something that can be left for another day. */
export const hasTime = ({ remainingMs, settings }: Pick<SyncOptions, 'remainingMs' | 'settings'>): boolean =>
  !remainingMs || remainingMs() >= settings.reserveMs;

/**
 * Between pages the time left is looked at; a pause the API asks for, or the wait for the key's budget, may be longer
 * than all of it. Half the reserve before the end the wait is broken off, so that the other half is there to commit.
 *
 * @returns what ends the watch
 */
export function watchTime({ remainingMs, settings }: SyncOptions, stop: AbortController): () => void {
  if (!remainingMs) return () => {};
  const ms = Math.max(settings.leastReadingMs, remainingMs() - settings.reserveMs / 2);
  const timer = setTimeout(() => stop.abort(new OutOfTime()), Math.min(ms, 2 ** 31 - 1)).unref();
  return () => clearTimeout(timer);
}
