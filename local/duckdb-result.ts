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

/**
 * A value as a query answers it, nothing rounded: every integer wider than 32 bits is a bigint, a DECIMAL the text of
 * its digits, a timestamp `YYYY-MM-DD HH:MM:SS.mmm` (more digits where it has them, UTC and `+00` where it has a zone),
 * every other scalar DuckDB's own text. A map is a list of its entries, since its keys need not be text.
 */
export type Answer = string | number | bigint | boolean | null | Answer[] | { [name: string]: Answer };

export interface ResultColumn {
  readonly name: string;
  /** DuckDB's name of the type: BIGINT, VARCHAR, DECIMAL(18,3), ... */
  readonly type: string;
}

/** A result batch by batch. */
export interface AnswerStream {
  /** None for a statement that answers nothing, such as SET. */
  readonly columns: readonly ResultColumn[];
  readonly batches: AsyncIterable<Answer[][]>;
}

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
