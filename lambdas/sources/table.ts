import type { Field } from './column.ts';

/** A column as it stands in Parquet, Glue, DuckDB and the dictionary. */
export interface Column extends Field {
  readonly name: string;
  /** Where it comes from: the JSON path below the table's own object; null for what the pipeline adds. */
  readonly path: string | null;
}

/**
 * How a table's rows lie in a record:
 * - record: one row, the record itself.
 * - elements: one row per element of an array of objects; `variants[].selectedOptions` names one inside another.
 * - values: one row per element of an array of plain values.
 * - entries: one row per key of an object with free keys.
 */
export type Shape = 'record' | 'elements' | 'values' | 'entries';

/** A table as a source declares it. */
export interface TableDeclaration {
  readonly shape: Shape;
  /** JSON path of the array or map; '' for the record. */
  readonly path: string;
  readonly meaning: string;
  /** JSON path below the table's own object → field. */
  readonly fields: Readonly<Record<string, Field>>;
  /** Below another child table: what its position is called here, `variant` → `variant_position`. */
  readonly parent?: string;
}

/** A table with its full row, system columns included, in the order they are stored. */
export interface Table extends Omit<TableDeclaration, 'fields'> {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Columns that tell the rows of one payment apart: positions, or the key; none for payments. */
  readonly rowKey: readonly string[];
}

export const record = (meaning: string, fields: TableDeclaration['fields']): TableDeclaration => ({
  shape: 'record',
  path: '',
  meaning,
  fields,
});

/** @param parent below another child table: the singular its position is named by */
export const each = (
  path: string,
  meaning: string,
  fields: TableDeclaration['fields'],
  parent?: string,
): TableDeclaration => ({ shape: 'elements', path, meaning, fields, ...(parent ? { parent } : {}) });

/**
 * @param column name of the one column that holds the element
 * @param parent as in `each`
 */
export const values = (
  path: string,
  meaning: string,
  column: string,
  field: Field,
  parent?: string,
): TableDeclaration => ({ shape: 'values', path, meaning, fields: { [column]: field }, ...(parent ? { parent } : {}) });

/** @param parent as in `each` */
export const entries = (
  path: string,
  meaning: string,
  key: Field,
  value: Field,
  parent?: string,
): TableDeclaration => ({
  shape: 'entries',
  path,
  meaning,
  fields: { key, value },
  ...(parent ? { parent } : {}),
});

/** `billing.address.postalCode` → `billing_address_postal_code` */
export const columnName = (path: string): string =>
  path
    .replaceAll('.', '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

const added = (name: string, type: Field['type'], meaning: string): Column => ({ name, type, meaning, path: null });

/** Every row's last columns. The payments table has `versionColumns` after them. */
const systemColumns: readonly Column[] = [
  added(
    '_extra',
    'json',
    'JSON of what the declaration did not know at this row: unknown fields, and values that do not fit their column.',
  ),
  added('_load_id', 'text', 'The load that wrote the row: sync id, load number, attempt and try. Text order is age.'),
  added('_loaded_at', 'instant', "When the API answered with this row, by the API's clock."),
];

const versionColumns: readonly Column[] = [
  added('_hash', 'integer', '64-bit hash over the payment as it is kept, children included: equal means unchanged.'),
  added('_version_at', 'instant', 'Orders the versions of a payment: the newest is the current one.'),
  added('_deleted_at', 'instant', 'When the payment was found to be gone at the source; null while it is there.'),
  added(
    '_superseded_at',
    'instant',
    'When this row was replaced by the same payment under another created_at; else null.',
  ),
];

/** The full row of a declared table: keys, fields, what the pipeline adds. */
export function layOut(name: string, declaration: TableDeclaration): Table {
  const { fields, ...rest } = declaration;
  const isRecord = rest.shape === 'record';
  const outer = rest.parent ? [`${rest.parent}_position`] : [];
  const rowKey = isRecord ? [] : [...outer, rest.shape === 'entries' ? 'key' : 'position'];
  const keys: Column[] = isRecord
    ? []
    : [
        added('payment_id', 'text', 'The payment this row belongs to.'),
        added('payment_created_at', 'instant', "The payment's created_at: filter on it, and only its files are read."),
        ...rowKey
          .filter((key) => key !== 'key')
          .map((key) =>
            added(
              key,
              'integer',
              key === 'position' ? 'Place in the list, from 0.' : `Place of the ${rest.parent}, from 0.`,
            ),
          ),
      ];
  const declared = Object.entries(fields).map(([path, field]) => ({
    ...field,
    name: isRecord && path === 'id' ? 'payment_id' : (field.column ?? columnName(path)),
    path,
  }));
  return {
    ...rest,
    name,
    rowKey,
    columns: [...keys, ...declared, ...systemColumns, ...(isRecord ? versionColumns : [])],
  };
}
