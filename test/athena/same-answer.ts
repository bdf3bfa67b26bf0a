import type { Answer, ResultColumn } from '../../lambdas/athena/sql-query.ts';

export interface EngineAnswer {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Answer[])[];
}

/** An answer as it can be compared: whatever engine gave it, the same text for the same values. */
export interface Comparable {
  /** `name TYPE` */
  readonly columns: readonly string[];
  readonly rows: readonly string[];
}

/**
 * What the types of both engines are called here, where the names differ by more than capitals. All of it: a type
 * that is not here must have one name in both.
 */
const commonNames: Readonly<Record<string, string>> = {
  'timestamp(3)': 'TIMESTAMP',
  // A sum of BIGINTs: Trino's stays a bigint, and the query fails if it overflows; DuckDB's is wider.
  hugeint: 'BIGINT',
};

export const comparable = ({ columns, rows }: EngineAnswer, inOrder: boolean): Comparable => {
  const types = columns.map(({ type }) => commonType(type));
  const texts = rows.map((row) => JSON.stringify(row.map((value, index) => valueText(value, types[index] as string))));
  return {
    columns: columns.map(({ name }, index) => `${name} ${types[index]}`),
    rows: inOrder ? texts : texts.sort(),
  };
};

function commonType(type: string): string {
  const plain = type.toLowerCase();
  // Of a literal Trino knows the length. No column of ours has one.
  return commonNames[plain] ?? plain.replace(/^varchar\(\d+\)$/, 'varchar').toUpperCase();
}

function valueText(value: Answer, type: string): string | null {
  if (value === null) return null;
  // Trino's JSON has 1.0E2 for 100, and both have a zero with a sign.
  if (type === 'DOUBLE') return String(Number(value));
  // DuckDB's client for Node drops a byte order mark that a text begins with; the file has it.
  return String(value).replace(/^\ufeff/, '');
}
