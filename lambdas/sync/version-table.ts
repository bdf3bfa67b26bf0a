import { idKey } from './id-set.ts';

/** One version of a payment: the one the current view picks. */
export interface Version {
  readonly hash: bigint;
  readonly versionAt: number;
  readonly loadedAt: number;
  /** Marked deleted or superseded: the view does not show it as it is at the source, so it proves nothing. */
  readonly hidden: boolean;
}

/**
 * The newest version of each (payment_id, created_at) of a month, in typed arrays: about 60 bytes a payment.
 * Payments are told apart by 64 bits of their id. Should two ever share them, both are written again and again, and
 * the views stay right: leaving a record out also takes an equal `_hash`, which covers the id.
 */
export class VersionTable {
  #size = 0;
  #mask = 0;
  #keyLow = new Uint32Array(0);
  #keyHigh = new Uint32Array(0);
  #hashes = new BigInt64Array(0);
  #versionAts = new Float64Array(0);
  #loadedAts = new Float64Array(0);
  #loads = new Uint32Array(0);
  #hidden = new Uint8Array(0);
  /** Load ids, each once: a file has few. */
  readonly #loadIds: string[] = [];
  readonly #loadNumbers = new Map<string, number>();

  constructor() {
    this.#allocate(1024);
  }

  get size(): number {
    return this.#size;
  }

  /** Memory held, in bytes. */
  get bytes(): number {
    return (this.#mask + 1) * 37;
  }

  find(id: string, createdAt: number | null): Version | null {
    const slot = this.#slot(id, createdAt);
    if (this.#loads[slot] === 0) return null;
    return {
      hash: this.#hashes[slot] as bigint,
      versionAt: this.#versionAts[slot] as number,
      loadedAt: this.#loadedAts[slot] as number,
      hidden: this.#hidden[slot] === 1,
    };
  }

  /** Keeps the version if it is newer than the one held: by `_version_at`, `_loaded_at`, `_load_id`, as the view does. */
  add(
    id: string,
    createdAt: number | null,
    hash: bigint,
    versionAt: number,
    loadedAt: number,
    loadId: string,
    hidden: boolean,
  ): void {
    const slot = this.#slot(id, createdAt);
    const isNew = this.#loads[slot] === 0;
    if (!isNew && !this.#isNewer(slot, versionAt, loadedAt, loadId)) return;
    this.#hashes[slot] = hash;
    this.#versionAts[slot] = versionAt;
    this.#loadedAts[slot] = loadedAt;
    this.#loads[slot] = this.#numberOf(loadId);
    this.#hidden[slot] = hidden ? 1 : 0;
    if (isNew && ++this.#size > (this.#mask + 1) * 0.7) this.#grow();
  }

  #isNewer(slot: number, versionAt: number, loadedAt: number, loadId: string): boolean {
    const byVersion = versionAt - (this.#versionAts[slot] as number);
    if (byVersion !== 0) return byVersion > 0;
    const byLoaded = loadedAt - (this.#loadedAts[slot] as number);
    if (byLoaded !== 0) return byLoaded > 0;
    return loadId > (this.#loadIds[(this.#loads[slot] as number) - 1] as string);
  }

  /** From 1: 0 marks an empty slot. */
  #numberOf(loadId: string): number {
    let number = this.#loadNumbers.get(loadId);
    if (number === undefined) {
      number = this.#loadIds.push(loadId);
      this.#loadNumbers.set(loadId, number);
    }
    return number;
  }

  /** The slot that holds the payment, or the empty one where it belongs. */
  #slot(id: string, createdAt: number | null): number {
    const { low, high } = idKey(id, createdAt ?? -1);
    return this.#probe(low, high);
  }

  #probe(low: number, high: number): number {
    let slot = low & this.#mask;
    while (this.#loads[slot] !== 0 && !(this.#keyLow[slot] === low && this.#keyHigh[slot] === high)) {
      slot = (slot + 1) & this.#mask;
    }
    // An empty slot gets its key at once; only its load number makes it count.
    this.#keyLow[slot] = low;
    this.#keyHigh[slot] = high;
    return slot;
  }

  #allocate(slots: number): void {
    this.#mask = slots - 1;
    this.#keyLow = new Uint32Array(slots);
    this.#keyHigh = new Uint32Array(slots);
    this.#hashes = new BigInt64Array(slots);
    this.#versionAts = new Float64Array(slots);
    this.#loadedAts = new Float64Array(slots);
    this.#loads = new Uint32Array(slots);
    this.#hidden = new Uint8Array(slots);
  }

  #grow(): void {
    const [keyLow, keyHigh, hashes] = [this.#keyLow, this.#keyHigh, this.#hashes];
    const [versionAts, loadedAts, loads, hidden] = [this.#versionAts, this.#loadedAts, this.#loads, this.#hidden];
    this.#allocate((this.#mask + 1) * 2);
    for (let old = 0; old < loads.length; old++) {
      if (loads[old] === 0) continue;
      const slot = this.#probe(keyLow[old] as number, keyHigh[old] as number);
      this.#hashes[slot] = hashes[old] as bigint;
      this.#versionAts[slot] = versionAts[old] as number;
      this.#loadedAts[slot] = loadedAts[old] as number;
      this.#loads[slot] = loads[old] as number;
      this.#hidden[slot] = hidden[old] as number;
    }
  }
}
