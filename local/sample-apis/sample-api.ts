import type { IncomingMessage, ServerResponse } from 'node:http';

/** A payment as the sample API sends it. */
export type Payment = Record<string, unknown>;

/** A key the sample accepts, and whose payments it sees: keys of one account see one list. */
export interface SampleKey {
  readonly key: string;
  /** Commet: live or sandbox, an account each; default true. */
  readonly livemode?: boolean;
  /** Checkout Page: the store, 24 hex digits; default a store made from the seed. */
  readonly sellerId?: string;
  /** false: the key is known and may not read payments, so the answer is 403. */
  readonly permitted?: boolean;
  /** Payments of this key's account, when it is not the first one; default as many as the first. */
  readonly payments?: number;
}

export interface RateLimit {
  readonly requestsPerMinute: number;
  /** fixed: counts anew at each full minute of the sample's clock. sliding: looks back over the last 60 s. Default fixed. */
  readonly window?: 'fixed' | 'sliding';
  /** Also counted over all keys of one account. */
  readonly requestsPerMinuteAndAccount?: number;
  /** How a 429 says when to come again; default in seconds. */
  readonly retryAfter?: 'seconds' | 'date' | 'none';
}

export interface SampleOptions {
  /** At the start, in each account. Nothing is held per payment: ten million start as fast as ten. */
  readonly payments: number;
  /** Same seed, same payments; default 1. */
  readonly seed?: number;
  /** When the newest payment was created; default 2026-06-30T12:00:00Z. */
  readonly until?: Date;
  /** The payments are spread over so many months before `until`; default 24. */
  readonly months?: number;
  /** The first one is `SampleApi.key`, and its account is what the methods of SampleApi show and change. */
  readonly keys?: readonly SampleKey[];
  /** Each answer leaves at least so long after its request came; default 0. */
  readonly latencyMs?: number;
  /** A page holds no more payments, whatever limit asks for; default 100. */
  readonly mostPerPage?: number;
  /** null or absent: none. */
  readonly rateLimit?: RateLimit | null;
  /** gzip for who accepts it; default true. */
  readonly compression?: boolean;
  /** Milliseconds since 1970: the Date header, the rate limit, and when added payments were created. Default Date.now. */
  readonly now?: () => number;
  /** Default: any free one. */
  readonly port?: number;
  /** Sees every request first; true says that it has answered itself. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse, url: URL) => boolean | Promise<boolean>;
}

export interface StatusChange {
  /** Default paid (Checkout Page), succeeded (Commet). */
  readonly from?: string;
  /** Default refunded (Checkout Page), canceled (Commet). */
  readonly to?: string;
  /** Only payments created at most so many days before the newest one. */
  readonly withinDays?: number;
  /** Only payments created more than so many days before the newest one. */
  readonly olderThanDays?: number;
  /** false: updatedAt stays as it was; default true, and the payment was then updated now. */
  readonly moveUpdatedAt?: boolean;
  /** updatedAt becomes this instant, whatever the clock says. */
  readonly updatedAt?: Date;
}

/** A running sample. Its memory grows with what was changed, never with how many payments it has. */
export interface SampleApi {
  /** What `--base-url` takes. */
  readonly baseUrl: string;
  /** A key it accepts: the first of `options.keys`. */
  readonly key: string;
  /** Payments its list holds now. */
  readonly total: number;
  /** Requests that came, refused ones included. */
  readonly requests: number;
  /** 429s given. */
  readonly refused: number;
  /** New payments, created now, newer than all others. @returns their ids, oldest first */
  addPayments(count: number): string[];
  /**
   * Changes the newest `count` payments that fit.
   *
   * @returns their ids, newest first
   * @throws {RangeError} if fewer fit; then nothing was changed
   */
  changeStatuses(count: number, change?: StatusChange): string[];
  /**
   * Lays `patch` over the payment's top-level keys; undefined takes a key away. updatedAt stays unless it is in the
   * patch, and so does the payment's place in the list.
   */
  edit(id: string, patch: Payment): void;
  /** Takes a payment out of the list. */
  remove(id: string): void;
  byId(id: string): Payment | undefined;
  /** Payment number `index`, 0 the oldest, as it is now; undefined if there never was one, or it was removed. */
  record(index: number): Payment | undefined;
  /** Every payment as the API sends it now, in the API's order. */
  all(): Generator<Payment, void, undefined>;
  /** Drops open connections. */
  close(): Promise<void>;
}
