import { hash } from 'node:crypto';
import type { Value } from '../sources/row.ts';

/** Up to this length a loop over characters costs less than the call into Node's encoder. */
const shortText = 64;

const kinds = { row: 0, text: 1, number: 2, true: 3, false: 4 } as const;

/** A name as the first 8 bytes of its SHA-256: of one length, whatever the name. */
export interface Label {
  readonly low: number;
  readonly high: number;
}

export function labelOf(name: string): Label {
  const bytes = hash('sha256', name, 'buffer');
  return { low: bytes.readInt32LE(0), high: bytes.readInt32LE(4) };
}

const usualSize = 16 * 1024;

/** Kept between records; a giant's buffer is not. */
const keptSize = 64 * usualSize;

/**
 * Rows as bytes that no other rows share. A row is a kind and a label; each of its values a kind, a label, and then
 * 8 bytes of a number, or the length of a text in UTF-16 units and its UTF-8.
 */
export class ByteText {
  #bytes = Buffer.allocUnsafeSlow(usualSize);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  clear(): void {
    this.#at = 0;
    if (this.#bytes.length > keptSize) this.#resize(usualSize);
  }

  /** Until `clear`. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  beginRow(label: Label): void {
    this.#reserve(9);
    this.#begin(kinds.row, label);
  }

  add(label: Label, value: NonNullable<Value>): void {
    this.#reserve(17);
    if (typeof value === 'string') {
      this.#begin(kinds.text, label);
      this.#text(value);
    } else if (typeof value === 'boolean') this.#begin(value ? kinds.true : kinds.false, label);
    else {
      this.#begin(kinds.number, label);
      // -0 and 0 are one number.
      this.#view.setFloat64(this.#at, Number(value) + 0, true);
      this.#at += 8;
    }
  }

  #begin(kind: number, label: Label): void {
    const at = this.#at;
    this.#bytes[at] = kind;
    this.#view.setInt32(at + 1, label.low, true);
    this.#view.setInt32(at + 5, label.high, true);
    this.#at = at + 9;
  }

  #text(value: string): void {
    this.#view.setUint32(this.#at, value.length, true);
    this.#at += 4;
    if (value.length <= shortText && this.#ascii(value)) return;
    this.#reserve(Buffer.byteLength(value));
    this.#at += this.#bytes.write(value, this.#at);
  }

  /** @returns false for a text that is not ASCII; then nothing was added */
  #ascii(value: string): boolean {
    this.#reserve(value.length);
    const bytes = this.#bytes;
    const from = this.#at;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 127) return false;
      bytes[from + i] = code;
    }
    this.#at += value.length;
    return true;
  }

  #reserve(more: number): void {
    if (this.#at + more > this.#bytes.length) this.#resize(2 * (this.#at + more));
  }

  #resize(size: number): void {
    const bytes = Buffer.allocUnsafeSlow(size);
    this.#bytes.copy(bytes, 0, 0, this.#at);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
