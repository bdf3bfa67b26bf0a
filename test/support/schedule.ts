import fc from 'fast-check';

/** What becomes of a process that syncs or compacts; `at` is a moment as `Mortal` counts them. */
export type Fate =
  | { readonly kind: 'lives' }
  | { readonly kind: 'dies'; readonly at: number }
  /** Stands still for longer than its lease, while another process runs to its end. */
  | { readonly kind: 'freezes'; readonly at: number; readonly other: Work }
  /** The API changes while it is read. */
  | { readonly kind: 'meets'; readonly at: number; readonly change: Change }
  /** An answer does not arrive, although what was asked for was done. */
  | { readonly kind: 'loses'; readonly answers: number; readonly of: 'API' | 'checkpoints' };

export type Work = 'nightly' | 'full nightly' | 'backfill' | 'rewrite' | 'compaction';

export type Change =
  | { readonly kind: 'add'; readonly count: number }
  | { readonly kind: 'change' | 'redate' | 'delete'; readonly which: number; readonly movesUpdatedAt: boolean };

export type Act =
  | { readonly kind: 'work'; readonly work: Work; readonly fate: Fate }
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'wait'; readonly hours: number };

const moment = fc.nat({ max: 160 });
const work = fc.constantFrom<Work[]>('nightly', 'full nightly', 'backfill', 'rewrite', 'compaction');
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), count: fc.integer({ min: 1, max: 8 }) }),
  ...(['change', 'change', 'delete', 'redate'] as const).map((kind) =>
    fc.record({ kind: fc.constant(kind), which: fc.nat({ max: 60 }), movesUpdatedAt: fc.boolean() }),
  ),
);
const fate: fc.Arbitrary<Fate> = fc.oneof(
  fc.constant<Fate>({ kind: 'lives' }),
  fc.record({ kind: fc.constant('dies' as const), at: moment }),
  fc.record({ kind: fc.constant('dies' as const), at: moment }),
  fc.record({ kind: fc.constant('freezes' as const), at: moment, other: work }),
  fc.record({ kind: fc.constant('meets' as const), at: moment, change }),
  fc.record({
    kind: fc.constant('loses' as const),
    answers: fc.integer({ min: 1, max: 3 }),
    of: fc.constantFrom('API' as const, 'checkpoints' as const),
  }),
);

/** What happens to one lake and one API, in order; shrinks to the shortest that still fails. */
export const schedules: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('work' as const), work, fate }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('change' as const), change }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 60 }) }) },
  ),
  { minLength: 2, maxLength: 10 },
);
