/** All that waits, tells time or rolls dice in this room; injected, so that a test needs no sleeping. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number;
  /** @throws the signal's reason, as soon as it is aborted */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 (inclusive) to 1 (exclusive). */
  random(): number;
}

export const realTiming: Timing = { now: Date.now, sleep, random: Math.random };

/** setTimeout takes no more: it would fire at once. */
const longestTimer = 2 ** 31 - 1;

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  for (let left = Math.ceil(ms); left > 0; left -= longestTimer) await pause(Math.min(left, longestTimer), signal);
  signal?.throwIfAborted();
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
