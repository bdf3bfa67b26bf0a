import type { DriftKind, NoteDrift } from '../transform/draft.ts';
import type { JsonType } from '../transform/json-text.ts';
import type { Shape } from '../transform/shape.ts';

/** Something the declaration did not foresee, and how often it came; never a value. */
export interface DriftSeen {
  readonly kind: DriftKind;
  readonly table: string;
  readonly path: string;
  readonly type: JsonType;
  readonly count: number;
  /** Of the first one met. */
  readonly shape: Shape;
  /** When the API answered with it, ms. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/** Of one tally: a map of free keys that is declared as fields would drift without end. */
const mostKinds = 1000;

/** Collects drift, each kind and place once. A page has one, so that what it tells belongs to the load it came to. */
export class DriftTally {
  readonly #seen = new Map<string, DriftSeen>();
  readonly #counts: Record<DriftKind, number> = { 'unknown field': 0, 'value did not fit': 0, 'unknown value': 0 };

  /** @param at when the API answered with what is noted, ms */
  noteAt(at: number): NoteDrift {
    return (kind, table, path, type, shape) => {
      this.#counts[kind] += 1;
      const key = [kind, table, path, type].join('\n');
      const seen = this.#seen.get(key);
      if (!seen && this.#seen.size >= mostKinds) return;
      this.#seen.set(
        key,
        seen
          ? { ...seen, count: seen.count + 1 }
          : { kind, table, path, type, count: 1, shape: shape(), firstSeenAt: at, lastSeenAt: at },
      );
    };
  }

  add(other: DriftTally): void {
    for (const kind of Object.keys(this.#counts) as DriftKind[]) this.#counts[kind] += other.#counts[kind];
    for (const [key, fresh] of other.#seen) {
      const seen = this.#seen.get(key);
      if (!seen && this.#seen.size >= mostKinds) continue;
      this.#seen.set(key, seen ? together(seen, fresh) : fresh);
    }
  }

  /** Also of what is one kind too many to be listed. */
  get counts(): { readonly unknownFields: number; readonly misfits: number; readonly unknownValues: number } {
    const {
      'unknown field': unknownFields,
      'value did not fit': misfits,
      'unknown value': unknownValues,
    } = this.#counts;
    return { unknownFields, misfits, unknownValues };
  }

  list(): readonly DriftSeen[] {
    return [...this.#seen.values()];
  }
}

const together = (seen: DriftSeen, fresh: DriftSeen): DriftSeen => ({
  ...seen,
  count: seen.count + fresh.count,
  firstSeenAt: Math.min(seen.firstSeenAt, fresh.firstSeenAt),
  lastSeenAt: Math.max(seen.lastSeenAt, fresh.lastSeenAt),
});
