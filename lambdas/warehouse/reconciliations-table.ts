import { count, instant, text } from '../sources/column.ts';
import type { Table } from '../sources/table.ts';
import { columnsOf } from './pipeline-table.ts';

/** Whether the warehouse and the API agree. */
export const verdicts = ['equal', 'missing', 'surplus', 'doubled', 'moving'] as const;

/**
 * Each counting of the warehouse against an API: one row for the whole list, and one per status where the API counts
 * by status. Filed under the month of the counting.
 */
export const reconciliationsTable: Table = {
  name: 'reconciliations',
  shape: 'record',
  path: '',
  meaning: 'One row per counting of the warehouse against an API, and one per status of it.',
  rowKey: ['reconciliation_id', 'status'],
  columns: columnsOf({
    reconciliation_id: text('The counting, a UUIDv7: its rows have it in common.'),
    source: text('The payments API.'),
    instance: text('The account of it: the prefix of its tables.'),
    status: text("The status that was counted, in the API's own words; null for the whole list."),
    in_api: count('Payments the API counts, without those left out because they came or changed since as_of.'),
    in_warehouse: count('Payments the current view holds, deleted ones and the same ones left out.'),
    difference: count('in_api less in_warehouse.'),
    verdict: text(
      'equal. missing: the API has more. surplus: the warehouse has more. doubled: equal, but an id stands twice. moving: the API changed meanwhile.',
      { values: [...verdicts] },
    ),
    duplicates: count('Ids that stand in the current view under more than one created_at.'),
    as_of: instant('Payments created or changed later are not compared: the completed reading may not have them.'),
    counted_at: instant('When it was counted, by our clock.'),
    sync_id: text('The completed reading that the warehouse is held to; null while a later one is under way.'),
  }),
};
