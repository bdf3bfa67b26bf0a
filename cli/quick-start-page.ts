import type { Answer, ResultColumn } from '../lambdas/athena/sql-query.ts';
import type { CommandIo } from './command-io.ts';
import { plainTable } from './plain-table.ts';
import { isNumberType } from './query-formats.ts';

/** What the quick start tells, a step at a time; with emphasis on a terminal, plain elsewhere. */
export class QuickStartPage {
  readonly #out: CommandIo['stdout'];
  readonly #styled: boolean;
  #steps = 0;

  constructor({ stdout, env }: CommandIo) {
    this.#out = stdout;
    this.#styled = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  }

  title(text: string): void {
    this.#line(this.#in(bold, text));
  }

  step(text: string): void {
    this.#steps += 1;
    this.#line();
    this.#line(this.#in(bold, `${this.#steps}. ${text}`));
  }

  say(...lines: readonly string[]): void {
    for (const line of lines) this.#line(line);
  }

  /** A command or a query, as somebody could type it. */
  code(text: string): void {
    for (const line of text.split('\n')) this.#line(this.#in(dim, line));
  }

  table(columns: readonly ResultColumn[], rows: readonly (readonly Answer[])[]): void {
    const cells = rows.map((row) => row.map((value, at) => shown(value, columns[at]?.type ?? '')));
    const names = columns.map(({ name }) => name);
    this.#line(plainTable(names, cells, (column) => isNumberType(columns[column]?.type ?? '')));
  }

  #line(text = ''): void {
    this.#out.write(`${text}\n`);
  }

  #in(style: string, text: string): string {
    return this.#styled && text !== '' ? `\u001b[${style}m${text}\u001b[0m` : text;
  }
}

const bold = '1';
const dim = '2';

const shown = (value: Answer, type: string): string => {
  if (value === null) return 'NULL';
  if (typeof value === 'string' && type.startsWith('DECIMAL')) return withThousands(value);
  return typeof value === 'number' || typeof value === 'bigint' ? value.toLocaleString('en') : String(value);
};

const withThousands = (decimal: string): string =>
  decimal.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
