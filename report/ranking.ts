import { anchor, currencyOf, grouped, mostCurrencies } from './grouping.ts';
import { counted, drawn, money } from './numbers.ts';
import type { Figure, Row } from './section.ts';
import { number, text } from './table.ts';

/** Amounts by what has a name, of rows with `currency` and `payments`, the largest of each currency first. */
export interface Ranking {
  /** Column of the amount, and what its figures' anchors begin with. */
  readonly id: string;
  readonly amounts: string;
  readonly names: string;
  readonly nameOf: (row: Row) => string;
}

const mostBars = 10;

/** Figures of each currency by itself; a chart only where there is an amount to draw. */
export const ranked = (rows: readonly Row[], { id, amounts, names, nameOf }: Ranking): Figure[] =>
  grouped(rows, currencyOf).map(([currency, own], at) => {
    const title = `${amounts} in ${currency} by ${names.toLowerCase()}`;
    const amountOf = (row: Row) => row[id] ?? null;
    const top = own.slice(0, mostBars);
    const chart = {
      id: `${id}-${anchor(currency)}`,
      title,
      description: `The largest amounts in ${currency}, ${top.length} of ${own.length}; the table below has them all.`,
      lying: true,
      categories: top.map(nameOf),
      series: [{ name: currency, values: top.map((row) => drawn(amountOf(row))) }],
    };
    const table = {
      caption: title,
      columns: [text(names), number('Payments'), number(amounts)],
      rows: own.map((row) => [nameOf(row), counted(row.payments ?? null), money(amountOf(row), currency)]),
    };
    return at < mostCurrencies && own.some((row) => amountOf(row) !== null) ? { chart, table } : { table };
  });
