import type { Answer, ResultColumn } from '../lambdas/athena/sql-query.ts';
import type { CommandIo } from './command-io.ts';

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
    const widths = columns.map(({ name }, at) => Math.max(name.length, ...cells.map((row) => row[at]?.length ?? 0)));
    const line = (texts: readonly string[]) =>
      texts
        .map((text, at) => (isNumber(columns[at]) ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)))
        .join('  ')
        .trimEnd();
    this.#line(line(columns.map(({ name }) => name)));
    this.#line(widths.map((width) => '─'.repeat(width)).join('  '));
    for (const row of cells) this.#line(line(row));
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

const isNumber = (column: ResultColumn | undefined): boolean =>
  /^(DECIMAL\(|DOUBLE|FLOAT|(TINY|SMALL|BIG|HUGE)?INT)/.test(column?.type ?? '');

const shown = (value: Answer, type: string): string => {
  if (value === null) return 'NULL';
  if (typeof value === 'string' && type.startsWith('DECIMAL')) return withThousands(value);
  return typeof value === 'number' || typeof value === 'bigint' ? value.toLocaleString('en') : String(value);
};

const withThousands = (decimal: string): string =>
  decimal.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
