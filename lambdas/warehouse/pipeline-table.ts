import type { Field } from '../sources/column.ts';
import type { Column, Table } from '../sources/table.ts';
import { type Databases, shownColumns } from './databases.ts';
import { quoted } from './sql.ts';

/** Columns of a table that no API fills: name → field, in the order they are stored. */
export const columnsOf = (fields: Readonly<Record<string, Field>>): Column[] =>
  Object.entries(fields).map(([name, field]) => ({ ...field, name, path: null }));

/** FROM and WHERE of a query over such a table: each row once, with any file present twice. */
export function eachRowOnce(table: Table, { history }: Databases): string {
  const list = shownColumns(table)
    .map(({ name }) => quoted(name))
    .join(', ');
  const key = ['month', ...table.rowKey].map(quoted).join(', ');
  return `FROM (
  SELECT ${list}, row_number() OVER (PARTITION BY ${key} ORDER BY "month") AS "_copy"
  FROM ${quoted(history)}.${quoted(table.name)}
) AS copies
WHERE "_copy" = 1`;
}
