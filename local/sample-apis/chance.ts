/** Mixes two integers into 32 well-spread bits. */
export function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b ^ (b / 0x100000000) ^ 0xc2b2ae35, 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** 0 ≤ x < 1, a pure function of its arguments. */
export const share = (seed: number, index: number): number => mix(seed, index) / 0x100000000;

/** Ids are a third of the work when their digits are made one number at a time; from these tables a tenth. */
const byteTexts = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const pairs = Array.from({ length: 36 ** 2 }, (_, pair) => pair.toString(36).padStart(2, '0'));

/** Draws that repeat exactly for one seed and index (mulberry32). */
export class Chance {
  private state: number;

  constructor(seed: number, index: number) {
    this.state = mix(seed, index);
  }

  /** 32 bits */
  bits(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let hash = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    hash ^= hash + Math.imul(hash ^ (hash >>> 7), hash | 61);
    return (hash ^ (hash >>> 14)) >>> 0;
  }

  is(probability: number): boolean {
    return this.bits() < probability * 0x100000000;
  }

  /** Both ends included. */
  integer(least: number, most: number): number {
    return least + Math.floor((this.bits() / 0x100000000) * (most - least + 1));
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.bits() % choices.length] as T;
  }

  /** @param digits a multiple of 8 */
  hex(digits: number): string {
    let text = '';
    for (let bits = this.bits(); ; bits = this.bits()) {
      text += `${byteTexts[bits >>> 24]}${byteTexts[(bits >>> 16) & 255]}${byteTexts[(bits >>> 8) & 255]}${byteTexts[bits & 255]}`;
      if (text.length >= digits) return text;
    }
  }

  /** Letters and digits as payment providers put them behind the prefix of an id. */
  code(length: number): string {
    let text = '';
    for (let bits = this.bits(); ; bits = this.bits()) {
      text += `${pairs[bits % 1296]}${pairs[Math.floor(bits / 1296) % 1296]}${pairs[Math.floor(bits / 1296 ** 2) % 1296]}`;
      if (text.length >= length) return text.slice(0, length);
    }
  }
}
