import { mix } from './chance.ts';
import { newestFirst, type Order, ranksFrom } from './order.ts';
import { PaymentList, type PaymentMaker } from './payment-list.ts';
import type { Payment, SampleKey, SampleOptions } from './sample-api.ts';

/** One account of a sample API: its payments, in the order its list shows them. */
export class Account {
  private readonly counts = new Map<string, { version: number; total: number }>();

  constructor(
    readonly name: string,
    readonly list: PaymentList,
    readonly order: Order,
  ) {}

  *all(): Generator<Payment, void, undefined> {
    const { list, order } = this;
    for (let rank = order.first(list.length); rank >= 0 && rank < list.length; rank += order.step) {
      const payment = list.record(order.index(rank));
      if (payment) yield payment;
    }
  }

  /** Counts once per filter, until a payment changes. @param filter its canonical text */
  count(filter: string, fits: ((index: number) => boolean) | null): number {
    if (fits === null) return this.list.total;
    const known = this.counts.get(filter);
    if (known?.version === this.list.version) return known.total;
    if (this.counts.size > 1000) this.counts.clear();
    const { length } = ranksFrom(this.list, newestFirst, this.list.length - 1, -1, Number.POSITIVE_INFINITY, fits);
    this.counts.set(filter, { version: this.list.version, total: length });
    return length;
  }
}

/** What makes an account of an API: its name, and its payments. */
export interface AccountRules {
  name(key: SampleKey): string;
  maker(key: SampleKey, seed: number): PaymentMaker;
  order?(seed: number, payments: number): Order;
}

export type Accounts = ReadonlyMap<string, { readonly key: SampleKey; readonly account: Account }>;

/** Keys of one account share its list; each account after the first has other payments. */
export function accountsOf(keys: readonly SampleKey[], options: SampleOptions, rules: AccountRules): Accounts {
  const accounts = new Map<string, Account>();
  const byKey = new Map<string, { key: SampleKey; account: Account }>();
  for (const key of keys) {
    const name = rules.name(key);
    let account = accounts.get(name);
    if (!account) {
      const seed = accounts.size === 0 ? (options.seed ?? 1) : mix(options.seed ?? 1, accounts.size);
      const payments = accounts.size === 0 ? options.payments : (key.payments ?? options.payments);
      const { until, months, now = Date.now } = options;
      const list = new PaymentList(rules.maker(key, seed), { payments, seed, until, months, now });
      account = new Account(name, list, rules.order?.(seed, payments) ?? newestFirst);
      accounts.set(name, account);
    }
    byKey.set(key.key, { key, account });
  }
  return byKey;
}
