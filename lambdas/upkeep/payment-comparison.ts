import type { SqlQuery } from '../athena/sql-query.ts';
import type { FlatRecord } from '../transform/flatten.ts';
import type { Instance } from '../warehouse/instance.ts';
import { columnOf, refuseAnotherAccount, statusColumn, textOf } from './api-count.ts';
import { flatPages, fromItsStart, type Status } from './list-pages.ts';
import { isChangedSince } from './moved-payments.ts';
import type { CompletedReading, ReconcileOptions } from './reconcile-options.ts';
import type { Pointed } from './reconciliation.ts';
import { heldPayments } from './warehouse-count.ts';

/** Ids looked up in the warehouse at once: Athena takes a statement of 256 KB. */
const idsAtOnce = 2000;

/** Of a list: which payments are looked at, by default all, and when no further page is needed, by default never. */
interface Paging {
  readonly isWanted?: (payment: Pointed) => boolean;
  readonly isDone?: () => boolean;
}

/**
 * Lists of the API against the warehouse, payment by payment, by `_hash`. What is left of the warehouse's payments once
 * those on the lists are taken away is surplus.
 */
export class PaymentComparison {
  readonly surplus = new Set<string>();
  readonly missing = new Map<string, Pointed>();
  readonly differing = new Map<string, Pointed>();
  readonly #held = new Map<string, bigint>();
  readonly #options: ReconcileOptions;
  readonly #reading: CompletedReading;
  readonly #query: SqlQuery;
  readonly #point: (payment: FlatRecord) => Pointed;
  /** On the lists, and not among the held of these statuses. */
  #elsewhere: FlatRecord[] = [];

  /** @param reading payments created or changed since it began are not compared */
  constructor(options: ReconcileOptions, reading: CompletedReading, query: SqlQuery) {
    this.#options = options;
    this.#reading = reading;
    this.#query = query;
    this.#point = pointing(options.instance);
  }

  /**
   * Takes what the warehouse holds: it is surplus until it is met.
   *
   * @param statuses none: all
   * @param leftOut ids that are never surplus
   */
  async hold(statuses: readonly string[], leftOut: ReadonlySet<string>): Promise<void> {
    const of = statuses.length > 0 ? { statuses } : null;
    for await (const { id, hash } of heldPayments(this.#query, this.#options.instance, this.#counted, of)) {
      this.#held.set(id, hash);
      if (!leftOut.has(id)) this.surplus.add(id);
    }
  }

  /** Pages a list; one that is begun again meets payments twice, which changes nothing. */
  async page(status: Status, paging: Paging = {}): Promise<void> {
    await fromItsStart(() => this.#page(status, paging));
    await this.#lookUp();
  }

  async #page(status: Status, { isWanted = () => true, isDone = () => false }: Paging): Promise<void> {
    const { account, start } = this.#reading;
    const asked = { ...this.#options, status };
    for await (const { payments } of flatPages(asked)) {
      refuseAnotherAccount(asked, payments, account);
      for (const payment of payments) {
        if (!isWanted(this.#point(payment))) continue;
        this.surplus.delete(payment.id);
        if (isChangedSince(payment, start)) continue;
        const hash = this.#held.get(payment.id);
        if (hash === undefined) this.#elsewhere.push(payment);
        else if (hash !== payment.hash) this.differing.set(payment.id, this.#point(payment));
      }
      if (this.#elsewhere.length >= idsAtOnce) await this.#lookUp();
      if (isDone()) return;
    }
  }

  async #lookUp(): Promise<void> {
    const sought = this.#elsewhere;
    this.#elsewhere = [];
    if (sought.length === 0) return;
    const known = new Map<string, bigint>();
    const ids = sought.map(({ id }) => id);
    for await (const { id, hash } of heldPayments(this.#query, this.#options.instance, this.#counted, { ids })) {
      known.set(id, hash);
    }
    for (const payment of sought) {
      const hash = known.get(payment.id);
      if (hash === undefined) this.missing.set(payment.id, this.#point(payment));
      else if (hash !== payment.hash) this.differing.set(payment.id, this.#point(payment));
    }
  }

  get #counted(): { readonly account: string | null; readonly before: number } {
    return { account: this.#reading.account, before: this.#reading.start };
  }
}

/** What reading a payment again takes: the field that the API's search finds it by, and the list it is on. */
function pointing(instance: Instance): (payment: FlatRecord) => Pointed {
  const { single } = instance.source;
  const by = single?.kind === 'search' ? single.by : null;
  const searchedBy = columnOf(instance, ({ path }) => by !== null && path === by);
  const statusOf = statusColumn(instance);
  return (payment) => ({
    id: payment.id,
    orderId: textOf(searchedBy(payment)),
    createdAt: payment.createdAt,
    status: statusOf(payment),
  });
}
