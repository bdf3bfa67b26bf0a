import { type Account, accountsOf } from './accounts.ts';
import { Chance } from './chance.ts';
import { checkoutPageMaker, orderId, orderIndex, pageAt, pageId } from './checkout-page-payment.ts';
import { type Fits, ranksFrom } from './order.ts';
import { customerAt, customerOfEmail } from './people.ts';
import type { SampleApi, SampleKey, SampleOptions } from './sample-api.ts';
import { type Answer, type Dialect, serve } from './server.ts';

export interface CheckoutPageOptions extends SampleOptions {
  /**
   * What `starting_after` and `ending_before` do with an id that is not in the list, which nobody documents: the
   * status of the answer; an empty page; the list from its start; or on from where the id would stand. Default 404.
   */
  readonly unknownCursor?: 400 | 404 | 'empty page' | 'from the start' | 'go on';
}

const hexId = /^[0-9a-f]{24}$/;
const statuses = new Set(
  'created pending unpaid partially_paid paid canceled failed partial_refund refunded draft draft_expired'.split(' '),
);
const codes: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  429: 'too_many_requests',
};

/**
 * Serves Checkout Page's "List all payments". The statuses of errors are documented, their body is not: ours is
 * `{error: {code, message}}`. Our guesses too: a search is for the whole e-mail address or order id, in any letter
 * case; a page or status without payments is an empty list.
 */
export function startCheckoutPage(options: CheckoutPageOptions): Promise<SampleApi> {
  const keys: Dialect['keys'] = options.keys?.[0]
    ? [options.keys[0], ...options.keys.slice(1)]
    : [{ key: 'cp_sample_key' }];
  const ownStore = new Chance(options.seed ?? 1, 0x5e11e5).hex(24);
  const sellerOf = (key: SampleKey): string => key.sellerId ?? ownStore;
  const accounts = accountsOf(keys, options, {
    name: sellerOf,
    maker: (key, seed) => checkoutPageMaker(seed, sellerOf(key)),
  });

  const list = (query: URLSearchParams, account: Account): Answer => {
    const limit = query.get('limit') ?? '20';
    if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > 100)
      return error(400, 'limit must be an integer from 1 to 100');
    const size = Math.min(Number(limit), options.mostPerPage ?? 100);
    const after = query.get('starting_after');
    const before = query.get('ending_before');
    if (after !== null && before !== null) return error(400, 'starting_after and ending_before exclude each other');
    for (const name of ['starting_after', 'ending_before', 'pageId']) {
      const id = query.get(name);
      if (id !== null && !hexId.test(id)) return error(400, `${name} must be 24 hexadecimal digits`);
    }
    const status = query.get('status');
    if (status !== null && !statuses.has(status)) return error(400, 'status must be one of the documented statuses');

    const { list: payments, order } = account;
    const fits = filterOf(account, status, query.get('pageId'), query.get('search'));
    const filter = new URLSearchParams([...query].filter(([name]) => ['status', 'pageId', 'search'].includes(name)));
    filter.sort();
    const total = account.count(filter.toString(), fits);
    const step = before === null ? order.step : -order.step;
    const cursor = after ?? before;
    let from = order.first(payments.length);
    if (cursor !== null) {
      const at = payments.indexOf(cursor);
      if (payments.has(at)) from = at + step;
      else if (options.unknownCursor === 'empty page')
        return { status: 200, body: { has_more: false, total, data: [] } };
      else if (options.unknownCursor === 'go on') from = placeOf(account, cursor) + (step > 0 ? 0 : -1);
      else if (options.unknownCursor !== 'from the start') {
        return error(options.unknownCursor ?? 404, 'There is no payment of this id.');
      }
    }
    const ranks = ranksFrom(payments, order, from, step, size + 1, fits);
    const hasMore = ranks.length > size;
    const page = hasMore ? ranks.slice(0, -1) : ranks;
    if (before !== null) page.reverse();
    return { status: 200, body: { has_more: hasMore, total, data: page.map((rank) => payments.record(rank)) } };
  };

  return serve(
    {
      basePath: '',
      keys,
      accounts,
      statusChange: { from: 'paid', to: 'refunded' },
      credential: (request) => /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1],
      answer: (path, query, account) =>
        /^\/v1\/payments\/?$/.test(path) ? list(query, account) : error(404, 'There is nothing here.'),
      error,
      limitHeaders: () => ({}),
    },
    options,
  );
}

const error = (status: number, message: string): Answer => ({
  status,
  body: { error: { code: codes[status] ?? 'internal_error', message } },
});

/** Answers from the index wherever no edit says otherwise. null: every payment fits. */
function filterOf({ list }: Account, status: string | null, page: string | null, search: string | null): Fits | null {
  const { seed } = list;
  const tests: Fits[] = [];
  if (status !== null) tests.push((index) => list.status(index) === status);
  if (page !== null) {
    const pages = Array.from({ length: 12 }, (_, number) => pageId(seed, number));
    const number = pages.indexOf(page);
    tests.push((index) => {
      const edited = list.edited(index, 'pageId');
      return edited === undefined ? pageAt(seed, index) === number : edited === page;
    });
  }
  if (search) {
    const wanted = search.toLowerCase();
    const customer = customerOfEmail(search);
    const ordered = orderIndex(search);
    tests.push((index) => {
      const order = list.edited(index, 'orderId') ?? (index === ordered ? orderId(seed, index) : null);
      if (order !== null && String(order).toLowerCase() === wanted) return true;
      const email = list.edited(index, 'customerEmail');
      if (email !== undefined) return email !== null && String(email).toLowerCase() === wanted;
      return customer >= 0 && customerAt(seed, index) === customer;
    });
  }
  return tests.length === 0 ? null : (index) => tests.every((test) => test(index));
}

/** The rank of the first payment whose id is greater: where an id that is gone, or never was, would stand. */
function placeOf({ list }: Account, id: string): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list.id(middle) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
