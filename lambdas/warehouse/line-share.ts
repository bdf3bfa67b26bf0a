import { currentChildren, currentPayments } from './current-view.ts';
import { type Databases, monthColumn } from './databases.ts';
import type { Instance } from './instance.ts';
import { withUnit } from './major-units.ts';
import { below, type Expressions, originColumns, originOf, shown } from './shaped-select.ts';
import { type Engine, quoted, type ShownColumn } from './sql.ts';

/** What views of lines begin with, and what they end with. */
export const lineColumns: readonly [readonly ShownColumn[], readonly ShownColumn[]] = [
  [
    ...originColumns,
    shown('payment_created_at', 'instant', "The payment's created_at: filter on it, and only its files are read."),
  ],
  [
    shown('currency', 'text', "ISO 4217 code of the payment's currency, in capitals."),
    shown('livemode', 'boolean', 'True: only lines of live payments are here.'),
    monthColumn,
  ],
];

export interface Lines {
  /** The rows, with `_unit` for amounts in major units; to stand behind FROM. */
  readonly from: string;
  /** What `lineColumns` are of them. */
  readonly expressions: Expressions;
  /** `position`, and `parent_position` below another table. */
  readonly places: Expressions;
}

/**
 * A table's current rows that belong to a live payment: of the payments table, the payment itself.
 *
 * @param columns those of the table that are wanted, besides what `expressions` and `places` take
 */
export function liveLines(
  instance: Instance,
  tableName: string,
  columns: readonly string[],
  engine: Engine,
  databases: Databases,
): Lines {
  const { payments, shared, tables } = instance.source;
  const table = tables.find(({ name }) => name === tableName) ?? payments;
  const { rows, currency, livemode, createdAt, places } =
    table === payments
      ? {
          rows: currentPayments(
            instance,
            [...new Set(['payment_id', shared.created_at, shared.currency, shared.livemode, ...columns, 'month'])],
            databases,
          ),
          currency: shared.currency,
          livemode: shared.livemode,
          createdAt: shared.created_at,
          places: { position: 'CAST(0 AS BIGINT)' },
        }
      : {
          rows: currentChildren(instance, table, databases, {
            _payment_currency: shared.currency,
            _payment_livemode: shared.livemode,
          }),
          currency: '_payment_currency',
          livemode: '_payment_livemode',
          createdAt: 'payment_created_at',
          places: {
            position: quoted('position'),
            ...(table.parent === undefined ? {} : { parent_position: quoted(`${table.parent}_position`) }),
          },
        };
  return {
    from: withUnit(`SELECT *\nFROM ${below(rows, 'line')}\nWHERE ${quoted(livemode)}`, currency),
    expressions: {
      ...originOf(instance, engine),
      payment_created_at: quoted(createdAt),
      currency: '"_currency"',
      livemode: quoted(livemode),
      month: quoted('month'),
    },
    places,
  };
}
