/**
 * One value of a row: text and json as string, integer as a safe integer (only `_hash` as bigint), instant as
 * milliseconds since 1970 UTC, double as a finite number. null: the API sent null, nothing, or something that
 * does not fit, which then stands in `_extra`.
 */
export type Value = string | number | bigint | boolean | null;

/** One row of a table: a value for each of `table.columns`, in their order. */
export type Row = Value[];
