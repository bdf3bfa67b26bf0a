/** Park and Miller: numbers from 0 to 1; the same seed, the same numbers. */
export function chance(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** Draws so many of them, each at most once, in their order. */
export function sample<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  const random = chance(seed);
  const drawn = items.map((_, index) => ({ index, lot: random() })).sort((a, b) => a.lot - b.lot);
  const kept = drawn.slice(0, count).sort((a, b) => a.index - b.index);
  return kept.map(({ index }) => items[index] as Item);
}
