import type { Row } from '../sources/row.ts';
import { isNothing, type JsonType, jsonText, jsonTypeOf } from './json-text.ts';
import { isSecretName } from './never-stored.ts';

export type DriftKind = 'unknown field' | 'value did not fit' | 'unknown value';

/** Called for each thing the declaration did not foresee; never given the value itself. */
export type NoteDrift = (kind: DriftKind, table: string, path: string, type: JsonType) => void;

export type JsonObject = { [key: string]: unknown };

/** A row in the making, and what at this row the declaration did not know. */
export class Draft {
  readonly row: Row;
  readonly table: string;
  readonly #note: NoteDrift;
  #extra: JsonObject | null = null;
  #whole: unknown = null;

  constructor(table: string, row: Row, note: NoteDrift) {
    this.table = table;
    this.row = row;
    this.#note = note;
  }

  unknownField(path: readonly string[], key: string, value: unknown): void {
    if (isSecretName(key)) return;
    this.#note('unknown field', this.table, [...path, key].join('.'), jsonTypeOf(value));
    this.#keep([...path, key], value);
  }

  /** A value of the wrong type or shape under a declared name. */
  misfit(path: readonly string[], value: unknown): void {
    this.#note('value did not fit', this.table, path.join('.'), jsonTypeOf(value));
    this.#keep(path, value);
  }

  /** The row's element as a whole is not what was declared: a number where an object was to be. */
  misfitWhole(value: unknown): void {
    this.#note('value did not fit', this.table, '', jsonTypeOf(value));
    this.#whole = value;
  }

  /** A map's entry whose key no column can hold stays in the map, at the row above. Its key is data: it is not noted. */
  keepEntry(path: readonly string[], key: string, value: unknown): void {
    this.#note('value did not fit', this.table, path.join('.'), jsonTypeOf(value));
    this.#keep([...path, key], value);
  }

  unknownValue(path: string): void {
    this.#note('unknown value', this.table, path, 'string');
  }

  /** @returns the text for `_extra`: of the whole element, or of an object of what was not known; null when all was */
  extra(): string | null {
    return this.#whole === null ? jsonText(this.#extra) : jsonText(this.#whole);
  }

  #keep(path: readonly string[], value: unknown): void {
    if (isNothing(value)) return;
    // No prototype: a field may be called __proto__.
    this.#extra ??= Object.create(null) as JsonObject;
    let place = this.#extra;
    for (const step of path.slice(0, -1)) {
      place[step] ??= Object.create(null);
      place = place[step] as JsonObject;
    }
    place[path.at(-1) as string] = value;
  }
}
