import { mostSeries } from './chart.ts';
import type { Row } from './section.ts';

/** Charts per section: one per currency, those of most payments. */
export const mostCurrencies = 4;

export const currencyOf = ({ currency }: Row): string => (typeof currency === 'string' ? currency : 'no currency');

/** Rows by a key, the key with most payments (column `payments`) first. */
export function grouped(rows: readonly Row[], keyOf: (row: Row) => string): [string, Row[]][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  const payments = (group: readonly Row[]) => group.reduce((sum, row) => sum + Number(row.payments ?? 0), 0);
  return [...groups].sort(([a, one], [b, other]) => payments(other) - payments(one) || (a < b ? -1 : 1));
}

/** Sums per place and series; the series beyond the palette count together as `others`. */
export function stacked(
  rows: readonly Row[],
  places: readonly string[],
  keys: { readonly place: (row: Row) => string; readonly series: (row: Row) => string },
  value: (row: Row) => number,
): { name: string; values: number[] }[] {
  const names = grouped(rows, keys.series).map(([name]) => name);
  const own = names.length > mostSeries ? names.slice(0, mostSeries - 1) : names;
  const shown = names.length > mostSeries ? [...own, 'others'] : own;
  return shown.map((name) => ({
    name,
    values: places.map((place) =>
      rows
        .filter(
          (row) => keys.place(row) === place && (own.includes(keys.series(row)) ? keys.series(row) : 'others') === name,
        )
        .reduce((sum, row) => sum + value(row), 0),
    ),
  }));
}

/** Of a text, what may stand in an anchor. */
export const anchor = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
