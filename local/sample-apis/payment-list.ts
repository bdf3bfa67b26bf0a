import type { Payment, StatusChange } from './sample-api.ts';
import { Timeline } from './timeline.ts';

/** What an API's payments are: every method a pure function of its arguments. */
export interface PaymentMaker {
  /** Ids of one creation instant ascend with the index, as text. */
  id(index: number, createdAt: number): string;
  /** The index an id names, if it is one of ours; any index otherwise. */
  indexOf(id: string): number;
  /** Cheap, since filters ask it of every payment. */
  status(index: number): string;
  /** @param updatedAt absent: as the payment's own life left it, at most `until` */
  make(
    index: number,
    state: { createdAt: number; status: string; updatedAt: number | undefined; until: number },
  ): Payment;
}

interface Change {
  status?: string;
  updatedAt?: number;
  patch?: Payment;
}

const dayMs = 86_400_000;

/** Payments of one account by index, 0 the oldest; holds only what was changed. */
export class PaymentList {
  private readonly timeline: Timeline;
  private readonly changes = new Map<number, Change>();
  private readonly removed = new Set<number>();
  /** Grows with every change; what was counted under another version is stale. */
  version = 0;

  constructor(
    private readonly maker: PaymentMaker,
    private readonly options: {
      readonly payments: number;
      readonly seed: number;
      readonly until?: Date | undefined;
      readonly months?: number | undefined;
      readonly now: () => number;
    },
  ) {
    this.timeline = new Timeline(options.payments, options.seed, options);
  }

  get seed(): number {
    return this.options.seed;
  }

  /** Indices ever used, removed ones included. */
  get length(): number {
    return this.timeline.length;
  }

  get total(): number {
    return this.timeline.length - this.removed.size;
  }

  id(index: number): string {
    return this.maker.id(index, this.timeline.createdAt(index));
  }

  has(index: number): boolean {
    return index >= 0 && index < this.length && !this.removed.has(index);
  }

  record(index: number): Payment | undefined {
    if (!Number.isInteger(index) || !this.has(index)) return undefined;
    const change = this.changes.get(index);
    const payment = this.maker.make(index, {
      createdAt: this.timeline.createdAt(index),
      status: change?.status ?? this.maker.status(index),
      updatedAt: change?.updatedAt,
      until: Math.max(this.timeline.until, this.timeline.createdAt(index)),
    });
    if (!change?.patch) return payment;
    return Object.fromEntries(
      Object.entries({ ...payment, ...change.patch }).filter(([, value]) => value !== undefined),
    );
  }

  /** The payment's index, also after it was removed; -1 if there never was one of this id. */
  indexOf(id: string): number {
    const index = this.maker.indexOf(id);
    const isOurs = Number.isInteger(index) && index >= 0 && index < this.length;
    return isOurs && this.id(index) === id ? index : -1;
  }

  status(index: number): string {
    const change = this.changes.get(index);
    const patched = change?.patch?.status;
    return typeof patched === 'string' ? patched : (change?.status ?? this.maker.status(index));
  }

  /** The value an edit gave a top-level key; undefined if none did. */
  edited(index: number, key: string): unknown {
    return this.changes.size === 0 ? undefined : this.changes.get(index)?.patch?.[key];
  }

  add(count: number): string[] {
    const first = this.length;
    this.timeline.add(count, this.options.now());
    this.version++;
    return Array.from({ length: count }, (_, i) => this.id(first + i));
  }

  changeStatuses(count: number, change: StatusChange & { readonly from: string; readonly to: string }): string[] {
    const newest = this.length > 0 ? this.timeline.createdAt(this.length - 1) : 0;
    const found: number[] = [];
    for (let index = this.length - 1; index >= 0 && found.length < count; index--) {
      const age = newest - this.timeline.createdAt(index);
      if (age > (change.withinDays ?? Number.POSITIVE_INFINITY) * dayMs) break;
      const isYoung = change.olderThanDays !== undefined && age <= change.olderThanDays * dayMs;
      if (!isYoung && this.has(index) && this.status(index) === change.from) found.push(index);
    }
    if (found.length < count) {
      throw new RangeError(
        `changeStatuses: ${count} payments of status ${change.from} are to change, ${found.length} fit`,
      );
    }
    const moves = change.moveUpdatedAt ?? true;
    for (const index of found) {
      const payment = moves || change.updatedAt ? undefined : this.record(index);
      const updatedAt =
        change.updatedAt?.getTime() ?? (moves ? this.options.now() : Date.parse(String(payment?.updatedAt)));
      const before = this.changes.get(index);
      const { status: _status, updatedAt: _updatedAt, ...patch } = before?.patch ?? {};
      this.changes.set(index, { status: change.to, updatedAt, patch });
    }
    this.version++;
    return found.map((index) => this.id(index));
  }

  edit(id: string, patch: Payment): void {
    const index = this.listed(id);
    const change = this.changes.get(index) ?? {};
    this.changes.set(index, { ...change, patch: { ...change.patch, ...patch } });
    this.version++;
  }

  remove(id: string): void {
    const index = this.listed(id);
    this.removed.add(index);
    this.changes.delete(index);
    this.version++;
  }

  private listed(id: string): number {
    const index = this.indexOf(id);
    if (!this.has(index)) throw new RangeError(`a payment to change is in the list, got ${id}`);
    return index;
  }
}
