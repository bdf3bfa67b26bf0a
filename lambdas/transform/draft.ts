import type { Row } from '../sources/row.ts';
import { isNothing, type JsonType, jsonText, jsonTypeOf } from './json-text.ts';
import { isSecretName } from './never-stored.ts';
import { type Shape, shownName } from './shape.ts';

export type DriftKind = 'unknown field' | 'value did not fit' | 'unknown value';

/** Called for each thing the declaration did not foresee; never given the value itself, its shape only when asked. */
export type NoteDrift = (kind: DriftKind, table: string, path: string, type: JsonType, shape: () => Shape) => void;

export type JsonObject = { [key: string]: unknown };

/** What becomes of the things the declaration did not foresee. */
export interface Drift {
  readonly note: NoteDrift;
  /** What `_extra` keeps of a value that is something. */
  readonly kept: (value: unknown) => unknown;
  readonly shape: (value: unknown) => Shape;
}

/** A row in the making, and what at this row the declaration did not know. */
export class Draft {
  readonly row: Row;
  readonly table: string;
  readonly #drift: Drift;
  #extra: JsonObject | null = null;
  #whole: unknown = null;

  constructor(table: string, row: Row, drift: Drift) {
    this.table = table;
    this.row = row;
    this.#drift = drift;
  }

  unknownField(path: readonly string[], key: string, value: unknown): void {
    if (isSecretName(key)) return;
    this.#note('unknown field', [...path, shownName(key)].join('.'), value);
    this.#keep([...path, key], value);
  }

  /** A value of the wrong type or shape under a declared name. */
  misfit(path: readonly string[], value: unknown): void {
    this.#note('value did not fit', path.join('.'), value);
    this.#keep(path, value);
  }

  /** The row's element as a whole is not what was declared: a number where an object was to be. */
  misfitWhole(value: unknown): void {
    this.#note('value did not fit', '', value);
    this.#whole = this.#drift.kept(value);
  }

  /** A map's entry whose key no column can hold stays in the map, at the row above. Its key is data: it is not noted. */
  keepEntry(path: readonly string[], key: string, value: unknown): void {
    this.#note('value did not fit', path.join('.'), value);
    this.#keep([...path, key], value);
  }

  /** The word itself stands in its column. */
  unknownValue(path: string): void {
    this.#note('unknown value', path, '');
  }

  /** @returns the text for `_extra`: of the whole element, or of an object of what was not known; null when all was */
  extra(): string | null {
    return this.#whole === null ? jsonText(this.#extra) : jsonText(this.#whole);
  }

  #note(kind: DriftKind, path: string, value: unknown): void {
    const { note, shape } = this.#drift;
    note(kind, this.table, path, jsonTypeOf(value), () => shape(value));
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
    place[path.at(-1) as string] = this.#drift.kept(value);
  }
}
