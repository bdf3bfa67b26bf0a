import type { IncomingHttpHeaders } from 'node:http';
import { exhaustedForMs } from './retry-after.ts';
import type { Timing } from './timing.ts';

/** The pause an API asks for by saying that nothing remains of its limit; it comes before the next request. */
export interface LimitPause {
  note(headers: IncomingHttpHeaders): void;
  /** 0 if there is nothing to wait for; never more than the API said, even after our clock was set back. */
  leftMs(): number;
}

export function limitPause({ now }: Pick<Timing, 'now'>): LimitPause {
  let since = 0;
  let forMs = 0;
  return {
    note(headers) {
      const at = now();
      const ms = exhaustedForMs(headers, at);
      if (ms === null) return;
      since = at;
      forMs = ms;
    },
    leftMs: () => Math.max(0, Math.min(since + forMs - now(), forMs)),
  };
}
