import type { View } from './current-view.ts';
import { type Databases, monthColumn, plainDatabases } from './databases.ts';
import { type Instance, tableName } from './instance.ts';
import { type Engine, emptySelect, quoted, type ShownColumn, sqlType, textLiteral } from './sql.ts';

const shown = (name: string, type: ShownColumn['type'], meaning: string): ShownColumn => ({ name, type, meaning });

const columns = [
  shown('source', 'text', 'The payments API the payment came from.'),
  shown('instance', 'text', 'The account of that API: the prefix of the tables the payment lies in.'),
  shown('payment_id', 'text', "The payment's id at its API. Unique within an instance."),
  shown('customer_id', 'text', "The customer's id at the API."),
  shown('status', 'text', "Where the payment stands, in the API's own words."),
  shown('currency', 'text', 'ISO 4217 currency code, as the API writes it.'),
  shown('amount_total', 'integer', "Total, tax included, in the currency's minor unit."),
  shown('tax_amount', 'integer', "Tax on the payment, in the currency's minor unit."),
  shown('livemode', 'boolean', 'True for real money, false for a test payment.'),
  shown('created_at', 'instant', 'When the payment was created.'),
  shown('updated_at', 'instant', 'When the API last changed the payment, by its own word.'),
  shown('_deleted_at', 'instant', 'When the payment was found to be gone at the source; null while it is there.'),
  monthColumn,
] as const;

/** The current payments of all instances in one shape, over their current views. */
export function paymentsView(
  instances: readonly Instance[],
  engine: Engine,
  databases: Databases = plainDatabases,
): View {
  const sql =
    instances.length === 0
      ? emptySelect(columns, engine)
      : instances.map((instance) => shareOf(instance, engine, databases.current)).join('\nUNION ALL\n');
  return { name: 'payments', columns, sql };
}

function shareOf(instance: Instance, engine: Engine, current: string): string {
  const { source } = instance;
  const constants: Readonly<Record<string, string>> = { source: source.name, instance: instance.name };
  const shared: Readonly<Record<string, string>> = { ...source.shared };
  const selected = columns.map(({ name, type }) => {
    const constant = constants[name];
    // Uncast, a literal is varchar(6) to Trino, and the view's type would change with the instances' names.
    if (constant !== undefined) return `CAST(${textLiteral(constant)} AS ${sqlType(type, engine)}) AS ${quoted(name)}`;
    const own = shared[name] ?? name;
    return own === name ? quoted(name) : `${quoted(own)} AS ${quoted(name)}`;
  });
  return `SELECT ${selected.join(', ')}
FROM ${quoted(current)}.${quoted(tableName(instance, source.payments))}`;
}
