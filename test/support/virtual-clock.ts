/** Time that passes only by sleeping, and at once. */
export interface VirtualClock {
  /** Milliseconds since 1970; may be set. */
  at: number;
  /** Every sleep, in order. */
  readonly slept: number[];
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export function virtualClock(at: number = Date.UTC(2026, 0, 1)): VirtualClock {
  const clock: VirtualClock = {
    at,
    slept: [],
    now: () => clock.at,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      clock.slept.push(ms);
      clock.at += ms;
    },
  };
  return clock;
}
