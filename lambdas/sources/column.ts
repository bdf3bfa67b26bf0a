/** The types a column can have, and the words a source declares its fields with. */

/**
 * - text: STRING. json: STRING that holds JSON text, whatever the value was.
 * - integer: BIGINT, exact over ±9007199254740991. double: DOUBLE, finite.
 * - instant: TIMESTAMP, UTC milliseconds by contract, stored not adjusted to UTC.
 */
export type ColumnType = 'text' | 'json' | 'boolean' | 'integer' | 'double' | 'instant';

export const columnTypes: ReadonlySet<string> = new Set<ColumnType>([
  'text',
  'json',
  'boolean',
  'integer',
  'double',
  'instant',
]);

/** What kind of personal data a column holds: it decides how the value is normalised before it is hashed. */
export type Personal = 'email' | 'name' | 'phone' | 'address' | 'free text' | 'device' | 'card';

/** One declared field: everything about a column but its name and place. */
export interface Field {
  readonly type: ColumnType;
  /** One line of at most 255 characters (a Glue comment's limit), in our own words. */
  readonly meaning: string;
  /** What a number counts, where it is not plain: 'minor units' of the row's currency, 'percent', 'major units'. */
  readonly unit?: 'minor units' | 'percent' | 'major units';
  readonly personal?: Personal;
  /** Its name in the table, where the one its path makes is taken or is not snake_case. */
  readonly column?: string;
  /** The words the API's documents give; others are stored all the same, and counted as drift. */
  readonly values?: readonly string[];
}

type Marks = Pick<Field, 'personal' | 'values'>;

export const text = (meaning: string, marks: Marks = {}): Field => ({ type: 'text', meaning, ...marks });
export const json = (meaning: string, marks: Marks = {}): Field => ({ type: 'json', meaning, ...marks });
export const flag = (meaning: string): Field => ({ type: 'boolean', meaning });
export const count = (meaning: string): Field => ({ type: 'integer', meaning });
export const double = (meaning: string, unit?: 'percent' | 'major units'): Field => ({
  type: 'double',
  meaning,
  ...(unit ? { unit } : {}),
});
export const percent = (meaning: string): Field => double(meaning, 'percent');
/** An amount in the minor unit of the row's currency: BIGINT, never rounded. */
export const money = (meaning: string): Field => ({ type: 'integer', meaning, unit: 'minor units' });
/** An ISO 8601 instant with a zone; anything else goes to `_extra`. */
export const instant = (meaning: string): Field => ({ type: 'instant', meaning });
/** A field whose column has a name of its own: a path that makes `position`, say, would collide in a child table. */
export const named = (column: string, field: Field): Field => ({ ...field, column });
