import { share } from './chance.ts';

interface Batch {
  readonly first: number;
  readonly at: number;
}

/** The sample's own default; a real newest payment moves with the clock, and a sample that did would not be repeatable. */
const defaultUntil = Date.UTC(2026, 5, 30, 12);
const twins = 0.02;

/**
 * When payment `index` was created, 0 the oldest: by arithmetic for the payments of the start, so that none is held;
 * never decreasing with the index. One in fifty has the very millisecond of the next one.
 */
export class Timeline {
  readonly until: number;
  private readonly step: number;
  private readonly added: Batch[] = [];
  /** Payments ever made. */
  length: number;

  constructor(
    private readonly initial: number,
    private readonly seed: number,
    options: { until?: Date | undefined; months?: number | undefined },
  ) {
    this.length = initial;
    this.until = options.until?.getTime() ?? defaultUntil;
    const start = new Date(this.until);
    start.setUTCMonth(start.getUTCMonth() - (options.months ?? 24));
    this.step = (this.until - start.getTime()) / Math.max(1, initial);
  }

  createdAt(index: number): number {
    if (index < this.initial) {
      const isTwin = index < this.initial - 1 && share(this.seed ^ 0x7717, index) < twins;
      return this.initialAt(isTwin ? index + 1 : index);
    }
    let batch = this.added.length - 1;
    while (batch > 0 && (this.added[batch]?.first ?? 0) > index) batch--;
    return this.added[batch]?.at ?? this.until;
  }

  /** @param at raised to the newest payment's instant if it lies before it, so that the list stays in order */
  add(count: number, at: number): void {
    this.added.push({ first: this.length, at: Math.max(at, this.length > 0 ? this.createdAt(this.length - 1) : at) });
    this.length += count;
  }

  private initialAt(index: number): number {
    const steps = this.initial - 1 - index;
    return this.until - Math.floor(steps === 0 ? 0 : (steps + share(this.seed ^ 0x71e5, index)) * this.step);
  }
}
