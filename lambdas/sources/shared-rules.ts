import type { ColumnType } from './column.ts';
import { type LineItemRole, type SharedShape, statuses, type TaxLineRole } from './shared-shape.ts';
import type { Source } from './source.ts';
import type { Table } from './table.ts';

type Refuse = (where: string, rule: string) => never;

const sharedTypes: Readonly<Record<keyof SharedShape, ColumnType>> = {
  customer_id: 'text',
  customer_email: 'text',
  status: 'text',
  currency: 'text',
  amount_total: 'integer',
  amount_net_of_tax: 'integer',
  tax_amount: 'integer',
  amount_paid: 'integer',
  provider: 'text',
  method: 'text',
  country: 'text',
  livemode: 'boolean',
  created_at: 'instant',
  updated_at: 'instant',
};

const taxLineTypes: Readonly<Record<TaxLineRole, ColumnType>> = {
  tax_type: 'text',
  country: 'text',
  state: 'text',
  rate_percent: 'double',
  taxable_amount: 'integer',
  tax_amount: 'integer',
};

const lineItemTypes: Readonly<Record<LineItemRole, ColumnType>> = {
  item_id: 'text',
  name: 'text',
  sku: 'text',
  quantity: 'integer',
  amount: 'integer',
};

/** What a source must say of the shape that all sources share: columns that are there, and a meaning for every status. */
export function refuseWrongShape(source: Source, refuse: Refuse): void {
  for (const [role, type] of Object.entries(sharedTypes)) {
    const filled = source.shared[role as keyof SharedShape];
    const name = typeof filled === 'object' ? (filled?.whole ?? null) : filled;
    checkColumn(source.payments, name, type, `shared.${role}`, refuse);
  }
  refuseWrongStatuses(source, refuse);
  if (source.taxLines) {
    const table = tableOf(source, source.taxLines.table, 'taxLines', refuse);
    if (table.shape !== 'elements' || table.parent !== undefined) {
      refuse('taxLines', `names a table of elements that lies below no other, got '${table.name}'`);
    }
    checkColumns(table, taxLineTypes, source.taxLines.columns, 'taxLines', refuse);
  }
  for (const items of source.lineItems) {
    const where = `lineItems.${items.kind}`;
    const table = tableOf(source, items.table, where, refuse);
    if (table.shape !== 'elements' && table !== source.payments) {
      refuse(where, `names payments or a table of elements, got '${table.name}'`);
    }
    if (source.lineItems.some((other) => other !== items && other.kind === items.kind)) {
      refuse(where, 'a kind of line item is declared once');
    }
    checkColumns(table, lineItemTypes, items.columns, where, refuse);
    if (items.present !== undefined && !table.columns.some(({ name }) => name === items.present)) {
      refuse(where, `present names a column of ${table.name}, got '${items.present}', which there is not`);
    }
  }
}

function refuseWrongStatuses({ payments, shared, statuses: mapped }: Source, refuse: Refuse): void {
  const { values = [] } = payments.columns.find(({ name }) => name === shared.status) ?? {};
  if (values.length === 0) refuse('shared.status', `names a column with its documented values, got '${shared.status}'`);
  const { amount_paid } = shared;
  if (typeof amount_paid === 'object' && amount_paid && !Object.values(mapped).includes(amount_paid.once)) {
    refuse('shared.amount_paid', `once is a status that a word of the source means, got '${amount_paid.once}'`);
  }
  for (const word of values) {
    if (!Object.hasOwn(mapped, word)) refuse(`statuses.${word}`, `says which of ${statuses.join(', ')} it is`);
  }
  for (const [word, status] of Object.entries(mapped)) {
    if (!values.includes(word)) refuse(`statuses.${word}`, `is a declared value of ${payments.name}.${shared.status}`);
    if (!statuses.includes(status)) {
      refuse(`statuses.${word}`, `is one of ${statuses.join(', ')}, got '${status}'`);
    }
  }
}

function tableOf(source: Source, name: string, where: string, refuse: Refuse): Table {
  const table = source.tables.find((each) => each.name === name);
  return table ?? refuse(where, `names a table of the source, got '${name}', which there is not`);
}

function checkColumns(
  table: Table,
  types: Readonly<Record<string, ColumnType>>,
  columns: Readonly<Partial<Record<string, string>>>,
  where: string,
  refuse: Refuse,
): void {
  for (const [role, type] of Object.entries(types)) {
    checkColumn(table, columns[role] ?? null, type, `${where}.${role}`, refuse);
  }
}

function checkColumn(table: Table, name: string | null, type: ColumnType, where: string, refuse: Refuse): void {
  if (name === null) return;
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column?.type === type) return;
  const got = column ? `'${name}' of type ${column.type}` : `'${name}', which there is not`;
  refuse(where, `names a column of ${table.name} of type ${type}, got ${got}`);
}
