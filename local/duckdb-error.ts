import { Buffer } from 'node:buffer';
import { nearestName } from '../lambdas/athena/nearest-name.ts';

/** What DuckDB says of an error when `errors_as_json` is on; besides, a `position` in bytes of the whole SQL. */
interface Told {
  readonly exception_type: string;
  readonly exception_message: string;
  readonly position?: string;
}

/**
 * An error of DuckDB on one line, with the place it means: `Binder Error: ... at line 2:8`.
 *
 * @param message as DuckDB gave it, JSON or not
 * @param sql all that was asked, statements before the wrong one too
 * @param names tables and views there are, each with its database
 */
export function sayDuckDbError(message: string, sql: string, names: readonly string[] = []): string {
  const told = parsed(message);
  if (!told) return onOneLine(message.replace(/^Failed to extract statements: /, ''));
  const { exception_type: type, exception_message: text, position } = told;
  const { said, hint } = suggesting(onOneLine(`${type} Error: ${text}`), names);
  return `${said}${position === undefined ? '' : ` at line ${placeOf(sql, Number(position))}`}${hint}`;
}

/** Where DuckDB suggests a table of its own (sqlite_master for customers), or nothing since the database is not there. */
function suggesting(said: string, names: readonly string[]): { readonly said: string; readonly hint: string } {
  const listed = '; payments-lake describe lists those there are';
  const without = said.replace(/ Did you mean "(?:sqlite_|pg_|duckdb_|information_schema|pragma_)[^?]*\?/, '');
  if (without !== said) return { said: without, hint: listed };
  const [, typed = ''] = /^Catalog Error: Table with name "?([^" ]+)"? does not exist because schema/.exec(said) ?? [];
  if (typed === '') return { said, hint: '' };
  const nearest = nearestName(typed, names);
  return { said: said.replace(/\.$/, ''), hint: nearest === null ? listed : `; did you mean ${nearest}?` };
}

/** Parser errors come with words before the JSON. */
function parsed(message: string): Told | null {
  try {
    const told = JSON.parse(message.slice(message.indexOf('{'))) as Partial<Told>;
    return typeof told.exception_message === 'string' ? (told as Told) : null;
  } catch {
    return null;
  }
}

/** `2:8`, both from 1, in characters, as Trino counts. */
function placeOf(sql: string, bytes: number): string {
  const lines = Buffer.from(sql).subarray(0, bytes).toString().split('\n');
  return `${lines.length}:${[...(lines.at(-1) ?? '')].length + 1}`;
}

/** Without the line that only points a caret at a column. */
const onOneLine = (message: string): string =>
  message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^\^+$/.test(line))
    .join(' ');
