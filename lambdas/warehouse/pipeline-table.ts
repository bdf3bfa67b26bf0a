import type { Field } from '../sources/column.ts';
import type { Column } from '../sources/table.ts';

/** Columns of a table that no API fills: name → field, in the order they are stored. */
export const columnsOf = (fields: Readonly<Record<string, Field>>): Column[] =>
  Object.entries(fields).map(([name, field]) => ({ ...field, name, path: null }));
