import { Buffer } from 'node:buffer';
import { type Account, accountsOf } from './accounts.ts';
import { mix } from './chance.ts';
import { commetMaker, customerNumber } from './commet-payment.ts';
import { newestFirst, type Order, oldestFirst, ranksFrom, shuffled } from './order.ts';
import type { Payment, SampleApi, SampleKey, SampleOptions } from './sample-api.ts';
import { type Answer, type Dialect, serve } from './server.ts';

export interface CommetOptions extends SampleOptions {
  /** Nobody documents the order of the list; default newest first. Shuffled: payments added later stand at the end. */
  readonly order?: 'newest first' | 'oldest first' | 'shuffled';
  /** How the last page says that there is no next cursor; default absent. */
  readonly lastCursor?: 'absent' | 'null';
}

const live: SampleKey = { key: 'ck_sample_live', livemode: true };
const sandbox: SampleKey = { key: 'ck_sample_sandbox', livemode: false };

const kinds: Readonly<Record<number, readonly [type: string, code: string]>> = {
  401: ['authentication_error', 'invalid_api_key'],
  403: ['permission_error', 'forbidden'],
  404: ['invalid_request_error', 'not_found'],
  405: ['invalid_request_error', 'method_not_allowed'],
  429: ['rate_limit_error', 'rate_limited'],
  500: ['api_error', 'internal_error'],
};

/**
 * Serves Commet's GET /payments and GET /payments/:id. The body of an error has the documented shape; the words in
 * `type` and `code` are our guess but for rate_limited and validation_error, which Commet's SDK knows.
 */
export function startCommet(options: CommetOptions): Promise<SampleApi> {
  const keys: Dialect['keys'] = options.keys?.[0] ? [options.keys[0], ...options.keys.slice(1)] : [live, sandbox];
  const order = (seed: number, payments: number): Order =>
    options.order === 'oldest first'
      ? oldestFirst
      : options.order === 'shuffled'
        ? shuffled(seed, payments)
        : newestFirst;
  const accounts = accountsOf(keys, options, {
    name: (key) => (key.livemode === false ? 'sandbox' : 'live'),
    maker: (key, seed) => commetMaker(seed, key.livemode !== false),
    order,
  });
  const seal = mix(options.seed ?? 1, 0xc0);

  const list = (query: URLSearchParams, account: Account): Answer => {
    const limit = query.get('limit') ?? '25';
    if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > 100)
      return invalid('limit', 'must be an integer from 1 to 100');
    const size = Math.min(Number(limit), options.mostPerPage ?? 100);
    const customer = query.get('customerId');
    if (customer === '') return invalid('customerId', 'must not be empty');
    const cursor = query.get('cursor');
    const after = cursor === null ? null : openCursor(cursor, seal);
    if (after === undefined) return invalid('cursor', 'is not a cursor of this list');

    const { list: payments, order } = account;
    const fits = customer === null ? null : ofCustomer(account, customer);
    const from = after === null ? order.first(payments.length) : after + order.step;
    const ranks = ranksFrom(payments, order, from, order.step, size + 1, fits);
    const hasMore = ranks.length > size;
    const page = hasMore ? ranks.slice(0, -1) : ranks;
    const last = page.at(-1);
    const next = hasMore && last !== undefined ? sealCursor(last, seal) : null;
    return {
      status: 200,
      body: {
        success: true,
        data: page.map((rank) => payments.record(order.index(rank)) as Payment),
        hasMore,
        ...(next === null && options.lastCursor !== 'null' ? {} : { nextCursor: next }),
      },
    };
  };

  return serve(
    {
      basePath: '/api/v1',
      keys,
      accounts,
      statusChange: { from: 'succeeded', to: 'canceled' },
      credential: (request) => request.headers['x-api-key']?.toString(),
      answer(path, query, account) {
        if (path === '/payments') return list(query, account);
        const id = /^\/payments\/([^/]+)$/.exec(path)?.[1];
        const payment = id === undefined ? undefined : account.list.record(account.list.indexOf(id));
        if (!payment) return failure(404, id === undefined ? 'There is nothing here.' : 'There is no such payment.');
        return { status: 200, body: { success: true, data: payment } };
      },
      error: failure,
      limitHeaders: ({ limit, remaining, resetMs }) => ({
        'ratelimit-limit': String(limit),
        'ratelimit-remaining': String(remaining),
        'ratelimit-reset': String(Math.ceil(resetMs / 1000)),
      }),
    },
    options,
  );
}

function ofCustomer({ list }: Account, customerId: string): (index: number) => boolean {
  const number = customerNumber.parse(customerId);
  return (index) => {
    const edited = list.edited(index, 'customerId');
    return edited === undefined ? customerNumber.of(list.seed, index) === number : edited === customerId;
  };
}

function failure(status: number, message: string, param: string | null = null, details: unknown = null): Answer {
  const [type, code] = kinds[status] ?? ['invalid_request_error', 'validation_error'];
  const error = { type, code, message, param, details, doc_url: `https://commet.co/docs/errors#${code}` };
  return { status, body: { success: false, error } };
}

function invalid(param: string, rule: string): Answer {
  return failure(400, `${param} ${rule}`, param, [{ field: param, message: rule }]);
}

/**
 * The first bytes make '+' and '/' of every cursor: a client that does not percent-encode it sends another one.
 * A checksum keeps clients from making cursors of their own.
 */
function sealCursor(rank: number, seal: number): string {
  const bytes = Buffer.alloc(14);
  bytes.writeUInt16BE(0xfbff, 0);
  bytes.writeUIntBE(rank, 2, 6);
  bytes.writeUInt32BE(mix(seal, rank), 8);
  for (let i = 2; i < 8; i++) bytes[i] = (bytes[i] ?? 0) ^ (bytes[8 + (i % 4)] ?? 0);
  return bytes.subarray(0, 13).toString('base64');
}

function openCursor(cursor: string, seal: number): number | undefined {
  const bytes = Buffer.from(cursor, 'base64');
  if (bytes.length !== 13) return undefined;
  for (let i = 2; i < 8; i++) bytes[i] = (bytes[i] ?? 0) ^ (bytes[8 + (i % 4)] ?? 0);
  const rank = bytes.readUIntBE(2, 6);
  return sealCursor(rank, seal) === cursor ? rank : undefined;
}
