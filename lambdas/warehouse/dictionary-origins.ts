import type { Source } from '../sources/source.ts';
import type { Table } from '../sources/table.ts';
import type { Instance } from './instance.ts';

/**
 * Where a column of a source's table comes from: its JSON path in the record as the API sends it, `fees[].amount`.
 *
 * @returns null for what the pipeline adds
 */
export function jsonPath({ payments, shared }: Source, table: Table, column: string): string | null {
  if (table !== payments && column === 'payment_id') return ownPath(payments, 'payment_id');
  if (table !== payments && column === 'payment_created_at') return ownPath(payments, shared.created_at);
  const path = ownPath(table, column);
  if (path === null || table.shape === 'record') return path;
  if (table.shape === 'elements') return `${table.path}[].${path}`;
  if (table.shape === 'values') return `${table.path}[]`;
  return path === 'key' ? `${table.path}: each key` : `${table.path}: its value`;
}

const ownPath = (table: Table, column: string): string | null =>
  table.columns.find(({ name }) => name === column)?.path ?? null;

/**
 * Where a column of a view over all instances comes from, by API: `Commet: customerId; Checkout Page: customerId`.
 *
 * @returns null for what the pipeline adds
 */
export function sharedOrigin(instances: readonly Instance[], view: string, column: string): string | null {
  const sources = [...new Set(instances.map(({ source }) => source))];
  const told = sources.flatMap((source) => {
    const paths = new Set(pathsIn(source, view, column.replace(/_major$/, '')));
    return paths.size > 0 ? [`${source.title}: ${[...paths].join(', ')}`] : [];
  });
  return told.length > 0 ? told.join('; ') : null;
}

function pathsIn(source: Source, view: string, column: string): string[] {
  const { taxLines, lineItems } = source;
  const own = (table: string, columns: Readonly<Record<string, string>>) =>
    pathIn(source, table, columns[column]).concat(pathIn(source, 'payments', ofPayment(source, column)));
  if (view === 'tax_lines') return taxLines ? own(taxLines.table, taxLines.columns) : [];
  if (view === 'line_items') return lineItems.flatMap(({ table, columns }) => own(table, columns));
  return pathIn(source, 'payments', ofPayment(source, column, 'whole'));
}

function pathIn(source: Source, tableName: string, column: string | null | undefined): string[] {
  const table = source.tables.find(({ name }) => name === tableName);
  const path = table && column ? jsonPath(source, table, column) : null;
  return path === null ? [] : [path];
}

/** Which column of the payments table it is; of lines only what every line takes from its payment. */
function ofPayment({ shared }: Source, column: string, part: 'line' | 'whole' = 'line'): string | null {
  if (column === 'payment_id') return 'payment_id';
  if (part === 'line') {
    const along = { payment_created_at: shared.created_at, currency: shared.currency, livemode: shared.livemode };
    return along[column as keyof typeof along] ?? null;
  }
  const roles: Readonly<Record<string, unknown>> = { ...shared, source_status: shared.status };
  const filled = roles[column];
  if (typeof filled === 'object' && filled !== null) return shared.amount_paid ? shared.amount_total : null;
  return typeof filled === 'string' ? filled : null;
}
