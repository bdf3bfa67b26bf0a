import { textLiteral } from '../lambdas/warehouse/sql.ts';
import { monthBefore } from './months.ts';
import { minute, whole } from './numbers.ts';
import type { Section } from './section.ts';
import { number, text } from './table.ts';

const most = 20;

export const syncsSection: Section = {
  id: 'syncs',
  title: 'Last syncs',
  note: `The ${most} newest of this month and the last. A sync that found nothing new writes nothing; one whose \
last word is a failure says why.`,
  sql: ({ now }) => `SELECT instance, sync_id, mode, min(started_at) AS started, max(finished_at) AS finished,
  sum(records) AS records, sum(written) AS written, sum(requests) AS requests, sum(retries) AS retries,
  max(CASE WHEN age = 1 THEN error END) AS error
FROM (
  SELECT instance, coalesce(sync_id, load_id) AS sync_id, mode, started_at, finished_at, records, written, requests, retries, error,
    row_number() OVER (PARTITION BY instance, coalesce(sync_id, load_id), mode ORDER BY finished_at DESC, load_id DESC) AS age
  FROM loads
  WHERE month >= ${textLiteral(monthBefore(now, 1))}
) AS one
GROUP BY instance, sync_id, mode
ORDER BY finished DESC, instance, sync_id, mode
LIMIT ${most}`,
  figures: (rows) => {
    if (rows.length === 0) return [];
    const inOrder = [...rows].reverse();
    const chart = {
      id: 'syncs-all',
      title: 'Payments read by the last syncs',
      description: 'One bar per sync, the oldest first: payments written, and payments the lake held already.',
      categories: inOrder.map(({ finished = null }) => minute(finished).slice(5, 16)),
      series: [
        { name: 'written', values: inOrder.map(({ written }) => Number(written ?? 0)) },
        {
          name: 'unchanged',
          values: inOrder.map(({ records, written }) => Math.max(0, Number(records ?? 0) - Number(written ?? 0))),
        },
      ],
    };
    const columns = [
      text('Ended'),
      text('Account'),
      text('Kind'),
      text('Outcome'),
      number('Read'),
      number('Written'),
      number('Requests'),
      number('Sent again'),
    ];
    const body = rows.map(({ finished = null, instance, mode, error = null, records, written, requests, retries }) => [
      minute(finished),
      String(instance),
      String(mode),
      error === null ? 'loaded' : `failed: ${String(error)}`,
      ...[records, written, requests, retries].map(whole),
    ]);
    return [{ chart, table: { caption: 'Last syncs, the newest first', columns, rows: body } }];
  },
  empty: 'No sync ran this month or the last.',
};
