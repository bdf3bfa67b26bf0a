import type { LineItems } from '../sources/shared-shape.ts';
import type { View } from './current-view.ts';
import { type Databases, plainDatabases } from './databases.ts';
import type { Instance } from './instance.ts';
import { lineColumns, liveLines } from './line-share.ts';
import { amountColumns, withMajor } from './major-units.ts';
import { type Expressions, named, shapedSelect, shown, united } from './shaped-select.ts';
import { type Engine, quoted, type ShownColumn, sqlType, textLiteral } from './sql.ts';

const [head, tail] = lineColumns;

const amounts = {
  amount:
    "The item's price as the API tells it. Whether an option's is for one or for all of its quantity is not documented",
};

const columns: readonly ShownColumn[] = [
  ...head,
  shown('kind', 'text', 'What the item is. Checkout Page: product, setup_fee, option (of a variant) or fee.'),
  shown('parent_position', 'integer', 'Place of what the item belongs to (an option: the variant), from 0; else null.'),
  shown('position', 'integer', 'Place among the items of this kind, and of one parent, from 0.'),
  shown('item_id', 'text', "The item's id at the API."),
  shown('name', 'text', "The item's name, as the merchant wrote it."),
  shown('sku', 'text', "The merchant's stock number of the item."),
  shown('quantity', 'integer', 'How many were bought.'),
  ...amountColumns(amounts),
  ...tail,
];

/** The line items of the live payments of all instances. */
export const lineItemsView = (
  instances: readonly Instance[],
  engine: Engine,
  databases: Databases = plainDatabases,
): View => ({
  name: 'line_items',
  meaning: 'One row per item of a live payment; Commet tells none. Items need not add up to the amount of the payment.',
  columns,
  sql: united(
    columns,
    instances.flatMap((instance) =>
      instance.source.lineItems.map((items) => shareOf(instance, items, engine, databases)),
    ),
    engine,
  ),
});

function shareOf(instance: Instance, items: LineItems, engine: Engine, databases: Databases): string {
  const own = [...Object.values(items.columns), ...(items.present === undefined ? [] : [items.present])];
  const lines = liveLines(instance, items.table, own, engine, databases);
  const filled: Expressions = {
    ...lines.expressions,
    kind: `CAST(${textLiteral(items.kind)} AS ${sqlType('text', engine)})`,
    ...lines.places,
    ...named(items.columns),
  };
  const where = items.present === undefined ? '' : `\nWHERE ${quoted(items.present)} IS NOT NULL`;
  return shapedSelect(columns, withMajor(amounts, filled), lines.from + where, engine);
}
