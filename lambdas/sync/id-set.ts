/** 64 bits of a text, as two unsigned 32-bit halves. No secret is in it, so speed counts and not cryptography. */
export function idKey(id: string, extra = 0): { readonly low: number; readonly high: number } {
  let low = 0x9747b28c ^ id.length;
  let high = 0x2545f491;
  for (let index = 0; index < id.length; index++) {
    const code = id.charCodeAt(index);
    low = Math.imul((low ^ code) + 0x165667b1, 0x85ebca6b);
    low ^= low >>> 15;
    high = Math.imul((high ^ code) + 0x27d4eb2f, 0xc2b2ae35);
    high ^= high >>> 13;
  }
  low = mix(low ^ (extra | 0));
  high = mix(high ^ Math.floor(extra / 4_294_967_296));
  low = mix(low + Math.imul(high, 5));
  return { low: low >>> 0, high: high >>> 0 };
}

/** MurmurHash3's last step. */
function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** How many different ids were added; 8 to 24 bytes an id. Two ids share a key with a chance of 1 in 10^19. */
export class IdSet {
  #keys = new BigUint64Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: string): boolean {
    const key = this.#key(id);
    return this.#keys[this.#slot(key)] === key;
  }

  add(id: string): void {
    const key = this.#key(id);
    const slot = this.#slot(key);
    if (this.#keys[slot] === key) return;
    this.#keys[slot] = key;
    if (++this.#size <= this.#keys.length * 0.7) return;
    const old = this.#keys;
    this.#keys = new BigUint64Array(old.length * 2);
    for (const each of old) if (each !== 0n) this.#keys[this.#slot(each)] = each;
  }

  /** 0 marks an empty slot. */
  #key(id: string): bigint {
    const { low, high } = idKey(id);
    return (BigInt(high) << 32n) | BigInt(low) || 1n;
  }

  #slot(key: bigint): number {
    const mask = this.#keys.length - 1;
    let slot = Number(key & 0xffff_ffffn) & mask;
    while (this.#keys[slot] !== 0n && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }
}
