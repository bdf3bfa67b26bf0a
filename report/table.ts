import { Html, html, nothing } from './html.ts';

/** Figures as text, ready to read. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly { readonly name: string; readonly isNumber?: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

export const text = (name: string) => ({ name });
export const number = (name: string) => ({ name, isNumber: true });

/** Its first column names each row. It scrolls sideways by itself, by keyboard too, where it is wider than the page. */
export function tableHtml({ caption, columns, rows }: Table): Html {
  const classes = (value: string, at: number): Html => {
    if (columns[at]?.isNumber === true) return new Html(' class="number"');
    // A time or a word stays on its line; a sentence may break.
    return value.length <= 20 ? new Html(' class="short"') : nothing;
  };
  const head = columns.map(({ name }, at) => html`<th scope="col"${classes(name, at)}>${name}</th>`);
  const cell = (value: string, at: number) =>
    at === 0 ? html`<th scope="row"${classes(value, at)}>${value}</th>` : html`<td${classes(value, at)}>${value}</td>`;
  return html`<div class="scroll" role="region" aria-label="${`Table: ${caption}`}" tabindex="0">
<table><caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody></table></div>`;
}
