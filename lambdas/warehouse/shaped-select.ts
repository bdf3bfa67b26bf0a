import type { Source } from '../sources/source.ts';
import type { Instance } from './instance.ts';
import { type Engine, emptySelect, quoted, type ShownColumn, sqlType, textLiteral, typedNull } from './sql.ts';

/** One column of a view over all instances. */
export const shown = (
  name: string,
  type: ShownColumn['type'],
  meaning: string,
  unit?: ShownColumn['unit'],
): ShownColumn => ({ name, type, meaning, ...(unit ? { unit } : {}) });

/** First columns of every view over all instances. */
export const originColumns: readonly ShownColumn[] = [
  shown('source', 'text', 'The payments API the payment came from.'),
  shown('instance', 'text', 'The account of that API: the prefix of the tables the payment lies in.'),
  shown('payment_id', 'text', "The payment's id at its API. Unique within an instance."),
];

/** SQL of the columns of one instance's share, by name; what is left out is NULL there. */
export type Expressions = Readonly<Record<string, string>>;

/** What `originColumns` are of an instance. */
export const originOf = ({ name, source }: Instance, engine: Engine): Expressions => ({
  // Uncast, a literal is varchar(6) to Trino, and the view's type would change with the instances' names.
  source: `CAST(${textLiteral(source.name)} AS ${sqlType('text', engine)})`,
  instance: `CAST(${textLiteral(name)} AS ${sqlType('text', engine)})`,
  payment_id: quoted('payment_id'),
});

/** Every column in order, whatever the share has of them. */
export function shapedSelect(
  columns: readonly ShownColumn[],
  expressions: Expressions,
  from: string,
  engine: Engine,
): string {
  const selected = columns.map((column) => {
    const sql = expressions[column.name];
    if (sql === undefined) return typedNull(column, engine);
    return sql === quoted(column.name) ? sql : `${sql} AS ${quoted(column.name)}`;
  });
  return `SELECT ${selected.join(',\n  ')}\nFROM ${from}`;
}

/** The shares one below the other; none: no row, every column. */
export const united = (columns: readonly ShownColumn[], shares: readonly string[], engine: Engine): string =>
  shares.length === 0 ? emptySelect(columns, engine) : shares.join('\nUNION ALL\n');

/** A subquery, indented and named. */
export const below = (sql: string, name: string): string => `(\n${sql.replace(/^/gm, '  ')}\n) AS ${name}`;

/** Expressions for the columns that a source names; those it does not know are left out. */
export const named = (columns: Readonly<Record<string, string | null | undefined>>): Expressions =>
  Object.fromEntries(
    Object.entries(columns).flatMap(([name, own]) => (own === null || own === undefined ? [] : [[name, quoted(own)]])),
  );

/** The words of a source that mean one of these statuses. */
export const wordsFor = (source: Source, meant: readonly string[]): string[] =>
  Object.keys(source.statuses).filter((word) => meant.includes(source.statuses[word] ?? ''));
