import { refundStatuses } from '../sources/shared-shape.ts';
import type { Source } from '../sources/source.ts';
import { currentPayments, type View } from './current-view.ts';
import { type Databases, monthColumn, plainDatabases } from './databases.ts';
import type { Instance } from './instance.ts';
import { amountColumns, withMajor, withUnit } from './major-units.ts';
import {
  type Expressions,
  named,
  originColumns,
  originOf,
  shapedSelect,
  shown,
  united,
  wordsFor,
} from './shaped-select.ts';
import { type Engine, quoted, type ShownColumn, sqlType, textLiteral } from './sql.ts';

const amounts = {
  amount_total: 'Total the customer is asked to pay, tax included',
  amount_net_of_tax: 'Total without tax',
  tax_amount: 'Tax on the payment',
  amount_paid: 'What has been paid so far, refunds not taken off: no API tells their amount',
};

const every: readonly ShownColumn[] = [
  ...originColumns,
  shown('customer_id', 'text', "The customer's id at the API."),
  {
    ...shown('customer_email', 'text', 'E-mail address the customer gave with this payment. Commet tells none.'),
    personal: 'email',
  },
  shown(
    'status',
    'text',
    'draft, pending, requires_action, paid, partially_paid, failed, canceled, partially_refunded or refunded; null for a word the API does not document.',
  ),
  shown('source_status', 'text', "Where the payment stands, in the API's own word. Commet tells no refunds here."),
  shown('currency', 'text', 'ISO 4217 currency code, in capitals.'),
  ...amountColumns(amounts),
  shown('provider', 'text', 'Payment provider or gateway, as the API writes it.'),
  shown('method', 'text', 'Kind of payment method, as the API writes it. Commet tells none.'),
  shown('country', 'text', 'Country of the billing address, as the customer chose it. Commet tells none.'),
  shown('livemode', 'boolean', 'True for real money, false for a test payment.'),
  shown(
    'refunded_since',
    'instant',
    'When the payment was first seen refunded, in whole or in part, since it was last seen otherwise: no earlier than the refund. Null when it is not refunded now.',
  ),
  shown('created_at', 'instant', 'When the payment was created.'),
  shown('updated_at', 'instant', 'When the API last changed the payment, by its own word.'),
  shown('deleted', 'boolean', 'True once the payment was found to be gone at the source.'),
  monthColumn,
];

type Shows = (column: ShownColumn) => boolean;

/** The current payments of all instances in one shape, live and test ones. */
export function allPaymentsView(
  instances: readonly Instance[],
  engine: Engine,
  databases: Databases = plainDatabases,
  shows: Shows = () => true,
): View {
  const columns = every.filter(shows);
  const shares = instances.map((instance) => shareOf(instance, columns, engine, databases));
  return {
    name: 'payments_all',
    meaning: 'One row per payment of any account as it stands now, test payments among them.',
    columns,
    sql: united(columns, shares, engine),
  };
}

/** Of those the live ones: a payment that does not say whether it is live is not. */
export function paymentsView(databases: Databases = plainDatabases, shows: Shows = () => true): View {
  const columns = every.filter(shows);
  return {
    name: 'payments',
    meaning: 'One row per live payment of any account as it stands now.',
    columns,
    sql: `SELECT ${columns.map(({ name }) => quoted(name)).join(', ')}
FROM ${quoted(databases.current)}."payments_all"
WHERE "livemode"`,
  };
}

function shareOf(instance: Instance, columns: readonly ShownColumn[], engine: Engine, databases: Databases): string {
  const { source } = instance;
  const { status, currency, amount_paid, ...plain } = source.shared;
  const refunds = wordsFor(source, refundStatuses);
  const paid = typeof amount_paid === 'object' ? amount_paid?.whole : amount_paid;
  const own = Object.values({ ...plain, status, currency, paid }).filter((name) => typeof name === 'string');
  const newest = currentPayments(
    instance,
    [...new Set(['payment_id', ...own, '_deleted_at', 'month'])],
    databases,
    refunds.length > 0 ? { status, words: refunds } : undefined,
  );
  const filled: Expressions = {
    ...originOf(instance, engine),
    ...named(plain),
    ...paidAmount(source),
    status: statusCase(source, engine),
    source_status: quoted(status),
    currency: '"_currency"',
    ...(refunds.length > 0 ? { refunded_since: '"_refunded_since"' } : {}),
    deleted: '"_deleted_at" IS NOT NULL',
    month: quoted('month'),
  };
  return shapedSelect(columns, withMajor(amounts, filled), withUnit(newest, currency), engine);
}

function statusCase({ shared, statuses }: Source, engine: Engine): string {
  const cases = Object.entries(statuses).map(([word, means]) => `WHEN ${textLiteral(word)} THEN ${textLiteral(means)}`);
  return `CAST(CASE ${quoted(shared.status)} ${cases.join(' ')} END AS ${sqlType('text', engine)})`;
}

function paidAmount(source: Source): Expressions {
  const { amount_paid, status } = source.shared;
  if (typeof amount_paid !== 'object') return named({ amount_paid });
  if (amount_paid === null) return {};
  const words = (all: readonly string[]) => `${quoted(status)} IN (${all.map(textLiteral).join(', ')})`;
  const done = wordsFor(source, [amount_paid.once]);
  const before = Object.keys(source.statuses).filter((word) => !done.includes(word));
  const nothing = before.length > 0 ? ` WHEN ${words(before)} THEN 0` : '';
  return { amount_paid: `CASE WHEN ${words(done)} THEN ${quoted(amount_paid.whole)}${nothing} END` };
}
