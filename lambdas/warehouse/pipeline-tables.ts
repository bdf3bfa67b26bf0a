import type { Table } from '../sources/table.ts';
import type { View } from './current-view.ts';
import { type Databases, shownColumns } from './databases.ts';
import { driftTable, driftView } from './drift-table.ts';
import { loadsTable } from './loads-table.ts';
import { eachRowOnce } from './pipeline-table.ts';
import { reconciliationsTable } from './reconciliations-table.ts';
import { quoted } from './sql.ts';

/** The tables of the pipeline itself, which have no instance's prefix. */
export const pipelineTables: readonly Table[] = [loadsTable, driftTable, reconciliationsTable];

/** A pipeline table as analysts see it: each row once, with any file present twice; of drift the sums over all loads. */
export function pipelineView(table: Table, databases: Databases): View {
  if (table === driftTable) return driftView(databases);
  const columns = shownColumns(table);
  return {
    name: table.name,
    meaning: table.meaning,
    columns,
    sql: `SELECT ${columns.map(({ name }) => quoted(name)).join(', ')}\n${eachRowOnce(table, databases)}`,
  };
}
