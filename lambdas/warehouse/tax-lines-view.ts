import type { TaxLines } from '../sources/shared-shape.ts';
import type { View } from './current-view.ts';
import { type Databases, plainDatabases } from './databases.ts';
import type { Instance } from './instance.ts';
import { lineColumns, liveLines } from './line-share.ts';
import { amountColumns, withMajor } from './major-units.ts';
import { named, shapedSelect, shown, united } from './shaped-select.ts';
import type { Engine, ShownColumn } from './sql.ts';

const [head, tail] = lineColumns;

const amounts = {
  taxable_amount: 'Amount the tax is reckoned on',
  tax_amount: 'Tax of this line',
};

const columns: readonly ShownColumn[] = [
  ...head,
  shown('position', 'integer', 'Place among the tax lines of the payment, from 0.'),
  shown('tax_type', 'text', 'Kind of tax: VAT, sales tax and the like.'),
  shown('country', 'text', 'Country that levies the tax.'),
  shown('state', 'text', 'State or province that levies the tax.'),
  shown('rate_percent', 'double', 'Rate of the tax, in percent.', 'percent'),
  ...amountColumns(amounts),
  ...tail,
];

/** The tax lines of the live payments of all instances. Commet tells a payment's tax only as a whole: it has none here. */
export function taxLinesView(
  instances: readonly Instance[],
  engine: Engine,
  databases: Databases = plainDatabases,
): View {
  const shares = instances.flatMap((instance) => {
    const { taxLines } = instance.source;
    return taxLines ? [shareOf(instance, taxLines, engine, databases)] : [];
  });
  return {
    name: 'tax_lines',
    meaning: 'One row per tax line of a live payment; Commet tells none, only the tax of the whole payment.',
    columns,
    sql: united(columns, shares, engine),
  };
}

function shareOf(instance: Instance, taxLines: TaxLines, engine: Engine, databases: Databases): string {
  const { from, expressions, places } = liveLines(instance, taxLines.table, [], engine, databases);
  const filled = { ...expressions, ...places, ...named(taxLines.columns) };
  return shapedSelect(columns, withMajor(amounts, filled), from, engine);
}
