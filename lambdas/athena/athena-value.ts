import type { ColumnInfo, Datum } from '@aws-sdk/client-athena';
import type { Answer, ResultColumn } from './sql-query.ts';

/** Athena's `Type` has no precision in it, and calls some types by names that neither Trino nor DuckDB knows. */
const typeNames: Readonly<Record<string, string>> = {
  float: 'FLOAT',
  real: 'FLOAT',
  string: 'VARCHAR',
  int: 'INTEGER',
};

export function athenaColumn({ Name = '', Type = '', Precision, Scale }: ColumnInfo): ResultColumn {
  if (Type === 'decimal') return { name: Name, type: `DECIMAL(${Precision ?? 38},${Scale ?? 0})` };
  return { name: Name, type: typeNames[Type] ?? Type.toUpperCase() };
}

/** Athena answers every value as text; a NULL has none. */
export function athenaValue({ VarCharValue: text }: Datum, { type }: ResultColumn): Answer {
  if (text === undefined) return null;
  switch (type) {
    case 'BOOLEAN':
      return text === 'true';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'DOUBLE':
    case 'FLOAT':
      // 'NaN', 'Infinity' and '-Infinity' are what Number() takes.
      return Number(text);
    case 'BIGINT':
      return BigInt(text);
    case 'TIMESTAMP WITH TIME ZONE':
      return text.replace(/ UTC$/, '+00');
    default:
      return text;
  }
}
