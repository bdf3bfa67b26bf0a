import { minute, whole, words } from './numbers.ts';
import type { Section } from './section.ts';
import { number, text } from './table.ts';

const most = 50;

export const driftSection: Section = {
  id: 'drift',
  title: 'Drift',
  note: `What the APIs sent that is not declared: fields, values and words; the newest ${most} kinds. Nothing of it is lost.`,
  sql: () => `SELECT instance, table_name, path, kind, json_type, first_seen_at, last_seen_at, "count" AS occurrences
FROM drift
ORDER BY last_seen_at DESC, instance, table_name, path, kind, json_type
LIMIT ${most}`,
  figures: (rows) => {
    if (rows.length === 0) return [];
    const columns = [
      text('Field'),
      text('Table'),
      text('What'),
      text('JSON type'),
      number('Times'),
      text('First seen'),
      text('Last seen'),
    ];
    const body = rows.map((row) => [
      String(row.path),
      String(row.table_name),
      words(row.kind ?? null),
      words(row.json_type ?? null),
      whole(row.occurrences),
      minute(row.first_seen_at ?? null),
      minute(row.last_seen_at ?? null),
    ]);
    return [{ table: { caption: 'Kinds of drift, the newest first', columns, rows: body } }];
  },
  empty: 'No drift: no sync met anything that is not declared.',
};
