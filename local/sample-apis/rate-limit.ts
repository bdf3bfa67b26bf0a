import type { RateLimit } from './sample-api.ts';

const minuteMs = 60_000;

/** What a window says about one request. */
export interface Verdict {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until a request is allowed again, or until the window ends. */
  readonly resetMs: number;
}

/** Counts the requests of keys and accounts in the last minute; a refused request does not count. */
export class RequestWindows {
  private readonly times = new Map<string, number[]>();

  constructor(private readonly rule: RateLimit) {}

  /** Counts the request if every window allows it. */
  take(key: string, account: string, now: number): Verdict {
    const perAccount = this.rule.requestsPerMinuteAndAccount;
    const verdicts = [this.look(`key ${key}`, this.rule.requestsPerMinute, now)];
    if (perAccount !== undefined) verdicts.push(this.look(`account ${account}`, perAccount, now));
    const tightest = verdicts.reduce((a, b) => (b.remaining < a.remaining ? b : a));
    if (!tightest.allowed) return tightest;
    this.times.get(`key ${key}`)?.push(now);
    this.times.get(`account ${account}`)?.push(now);
    return { ...tightest, remaining: tightest.remaining - 1 };
  }

  private look(name: string, limit: number, now: number): Verdict {
    const isFixed = (this.rule.window ?? 'fixed') === 'fixed';
    const start = isFixed ? Math.floor(now / minuteMs) * minuteMs : now - minuteMs + 1;
    const times = (this.times.get(name) ?? []).filter((time) => time >= start);
    this.times.set(name, times);
    const oldest = times[times.length - limit] ?? times[0] ?? now;
    return {
      allowed: times.length < limit,
      limit,
      remaining: Math.max(0, limit - times.length),
      resetMs: isFixed ? start + minuteMs - now : oldest + minuteMs - now,
    };
  }
}
