import type { SqlQuery } from '../lambdas/athena/sql-query.ts';

/** Something an API sent that its source does not declare, as the view `drift` tells it. */
export interface ShownDrift {
  readonly table: string;
  readonly path: string;
  readonly kind: string;
  readonly type: string;
  readonly count: number;
  readonly shape: string | null;
  /** ISO, UTC. */
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

/** As many lines as a terminal has room for; `--json` and the table have them all. */
const mostLines = 3;

/** The drift of each instance that has any, the last seen first. */
export async function shownDrift(query: SqlQuery): Promise<Map<string, ShownDrift[]>> {
  const { rows } = await query.run(
    `SELECT instance, table_name, path, kind, json_type, "count", shape, first_seen_at, last_seen_at
FROM drift
ORDER BY last_seen_at DESC, first_seen_at DESC, table_name, path, kind, json_type`,
  );
  const shown = new Map<string, ShownDrift[]>();
  for (const [instance, table, path, kind, type, count, shape, first, last] of rows) {
    const own = shown.get(String(instance)) ?? [];
    shown.set(String(instance), own);
    own.push({
      table: String(table),
      path: String(path),
      kind: String(kind),
      type: String(type),
      count: Number(count),
      shape: shape === null ? null : String(shape),
      firstSeenAt: isoOf(first),
      lastSeenAt: isoOf(last),
    });
  }
  return shown;
}

const isoOf = (instant: unknown): string => `${String(instant).replace(' ', 'T')}Z`;

/** Nothing where there is no drift, or nobody could be asked. */
export function driftLines(drift: readonly ShownDrift[] | null): string[] {
  if (!drift || drift.length === 0) return [];
  const left = drift.length - mostLines;
  return [
    `  drift       ${drift.length === 1 ? '1 thing' : `${drift.length.toLocaleString('en')} things`} the declaration does not know`,
    ...drift.slice(0, mostLines).map((one) => `              ${lineOf(one)}`),
    ...(left > 0 ? [`              and ${left.toLocaleString('en')} more in the table drift`] : []),
  ];
}

const lineOf = ({ kind, table, path, type, count, lastSeenAt }: ShownDrift): string =>
  `${kind}: ${table}${path === '' ? '' : ` ${path}`} (${type}), ${count.toLocaleString('en')} times, last ${lastSeenAt}`;
