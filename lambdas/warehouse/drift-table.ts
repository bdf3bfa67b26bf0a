import { count, instant, json, text } from '../sources/column.ts';
import type { Table } from '../sources/table.ts';
import type { View } from './current-view.ts';
import type { Databases } from './databases.ts';
import { loadsTable } from './loads-table.ts';
import { columnsOf, eachRowOnce } from './pipeline-table.ts';
import { quoted } from './sql.ts';

/**
 * What each load met that its source does not declare. Filed under the month the load's last page was answered in, and
 * put before the load is committed: rows of a load that is not in `loads` were left behind by a process that died.
 */
export const driftTable: Table = {
  name: 'drift',
  shape: 'record',
  path: '',
  meaning: 'One row per thing that an API sent and its source does not declare. Never a value.',
  rowKey: ['load_id', 'table_name', 'path', 'kind', 'json_type'],
  columns: columnsOf({
    source: text('The payments API.'),
    instance: text('The account of it: the prefix of its tables.'),
    table_name: text('The table whose rows lack it.'),
    path: text(
      "Where in the table's part of the answer; empty: the part itself. A name that may be data is shown as *.",
    ),
    kind: text(
      'unknown field: no column, kept in _extra. value did not fit: the column is NULL, the value in _extra. unknown value: a word the API does not document, in its column.',
      { values: ['unknown field', 'value did not fit', 'unknown value'] },
    ),
    json_type: text('JSON type of what came.', {
      values: ['null', 'boolean', 'number', 'string', 'array', 'object'],
    }),
    first_seen_at: instant('When the API first answered with it.'),
    last_seen_at: instant('When the API last answered with it.'),
    count: count('How often it stood in payments read: again each time a payment is read, changed or not.'),
    shape: json('Names and types of an example, never its value; under hash and drop its type alone.'),
    sync_id: text('The last sync that met it, a UUIDv7.'),
    load_id: text('The load that met it.'),
  }),
};

const ofOneLoad: ReadonlySet<string> = new Set(['load_id']);

/** Over all loads, a row for each thing. A load counts once, with any file present twice, and only once committed. */
export function driftView(databases: Databases): View {
  const columns = driftTable.columns.filter(({ name }) => !ofOneLoad.has(name));
  return {
    name: driftTable.name,
    meaning: driftTable.meaning,
    columns,
    sql: `SELECT "source", "instance", "table_name", "path", "kind", "json_type",
  min("first_seen_at") AS "first_seen_at", max("last_seen_at") AS "last_seen_at",
  CAST(sum("count") AS BIGINT) AS "count", max("shape") AS "shape", max("sync_id") AS "sync_id"
${eachRowOnce(driftTable, databases)}
  AND "load_id" IN (SELECT "load_id" FROM ${quoted(databases.history)}.${quoted(loadsTable.name)} WHERE "kind" = 'load')
GROUP BY "source", "instance", "table_name", "path", "kind", "json_type"`,
  };
}
