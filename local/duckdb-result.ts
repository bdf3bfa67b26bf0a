import {
  DuckDBArrayValue,
  DuckDBListValue,
  DuckDBMapValue,
  type DuckDBResult,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Answer, ResultColumn } from '../lambdas/athena/sql-query.ts';

export function resultColumns(result: DuckDBResult): ResultColumn[] {
  return result.columnNames().map((name, index) => ({ name, type: String(result.columnType(index)) }));
}

export function answer(value: DuckDBValue): Answer {
  if (value === null || typeof value !== 'object') return value;
  if (isTimestamp(value)) return withMilliseconds(value.toString());
  if (value instanceof DuckDBTimestampTZValue) {
    const text = withMilliseconds(new DuckDBTimestampValue(value.micros).toString());
    return text.endsWith('infinity') ? text : `${text}+00`;
  }
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(answer);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, member]) => [name, answer(member)]));
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map((entry) => ({ key: answer(entry.key), value: answer(entry.value) }));
  }
  if (value instanceof DuckDBUnionValue) return answer(value.value);
  return String(value);
}

const timestamps = [
  DuckDBTimestampValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampNanosecondsValue,
] as const;

const isTimestamp = (value: object): boolean => timestamps.some((type) => value instanceof type);

/** DuckDB drops zeros at the end of a fraction. */
const withMilliseconds = (text: string): string =>
  text.replace(/(:\d\d:\d\d)(?:\.(\d+))?/, (_, time: string, fraction = '') => `${time}.${fraction.padEnd(3, '0')}`);
