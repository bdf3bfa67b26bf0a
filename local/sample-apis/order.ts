import { mix } from './chance.ts';
import type { PaymentList } from './payment-list.ts';

/**
 * An order of the list: ranks `first`, `first + step`, … name its payments one after the other. A payment keeps its
 * rank when others come or go, so a rank can stand in a cursor.
 */
export interface Order {
  readonly step: 1 | -1;
  first(length: number): number;
  index(rank: number): number;
}

export const newestFirst: Order = { step: -1, first: (length) => length - 1, index: (rank) => rank };
export const oldestFirst: Order = { step: 1, first: () => 0, index: (rank) => rank };

/** A fixed permutation of the `initial` payments; those added later stand behind them. */
export function shuffled(seed: number, initial: number): Order {
  let factor = initial > 2 ? 1 + (mix(seed, initial) % Math.min(initial - 1, 1_000_003)) : 1;
  while (greatestCommonDivisor(factor, initial) !== 1) factor++;
  const offset = mix(seed, factor) % Math.max(1, initial);
  return { step: 1, first: () => 0, index: (rank) => (rank < initial ? (rank * factor + offset) % initial : rank) };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

export type Fits = (index: number) => boolean;

/**
 * The next ranks of listed payments that fit, `rank` itself being the first looked at.
 *
 * @param step the order's own, or against it
 * @param count how many at most; one more than a page tells whether more follow
 */
export function ranksFrom(
  list: PaymentList,
  order: Order,
  rank: number,
  step: number,
  count: number,
  fits: Fits | null,
) {
  const ranks: number[] = [];
  for (let at = rank; at >= 0 && at < list.length && ranks.length < count; at += step) {
    const index = order.index(at);
    if (list.has(index) && (fits === null || fits(index))) ranks.push(at);
  }
  return ranks;
}
