import { count, instant, json, text } from '../sources/column.ts';
import type { Table } from '../sources/table.ts';
import { columnsOf } from './pipeline-table.ts';

/**
 * One row per load and one per sync that failed: the pipeline's own history, shared by all instances. Filed under the
 * month the load was finished in.
 */
export const loadsTable: Table = {
  name: 'loads',
  shape: 'record',
  path: '',
  meaning: 'One row per load, and one per sync that failed.',
  rowKey: ['load_id'],
  columns: columnsOf({
    source: text('The payments API.'),
    instance: text('The account of it: the prefix of its tables.'),
    sync_id: text('The sync the load belongs to, a UUIDv7; null: it failed before it began.'),
    load_id: text('The load, as in _load_id of the rows it wrote.'),
    kind: text('load: committed. failed: the sync ended with an error.', { values: ['load', 'failed'] }),
    mode: text(
      'incremental: the nightly. backfill: a range, or everything. sweep: one late status. recheck: single payments. deletion: marks.',
      { values: ['incremental', 'backfill', 'sweep', 'recheck', 'deletion'] },
    ),
    pages: count('Pages read for this load.'),
    records: count('Payments on them, repeats included.'),
    written: count('Payments written, since the warehouse did not hold exactly them.'),
    unchanged: count('Payments left out, since the warehouse holds exactly them.'),
    rows_per_table: json('Rows written, by table.'),
    bytes: count('Bytes of Parquet written.'),
    requests: count('Requests sent for this load, retries included.'),
    retries: count('Requests sent again.'),
    throttled_ms: count('Milliseconds waited because the API asked for it.'),
    started_at: instant('When the load was begun, by our clock.'),
    finished_at: instant('When its checkpoint was moved, or the sync failed, by our clock.'),
    error: text('Why the sync failed; null for a load.'),
  }),
};
