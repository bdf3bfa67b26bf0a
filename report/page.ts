import { createHash } from 'node:crypto';
import { chartHtml } from './chart.ts';
import type { Collected } from './collect.ts';
import { Html, html, nothing } from './html.ts';
import type { Figure, Section, Subject } from './section.ts';
import { parts } from './sections.ts';
import { style } from './style.ts';
import { tableHtml } from './table.ts';

/** Nothing is fetched, nothing runs; of styles only the page's own one sheet holds. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

export interface Report extends Subject {
  /** The lake or stack, as the reader knows it. */
  readonly of: string;
  readonly answers: ReadonlyMap<string, Collected>;
}

/** The whole page, in one file. Pure: the same answers make the same page. */
export function pageHtml(report: Report): string {
  const made = `${new Date(report.now).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const links = parts.flatMap(({ sections }) =>
    sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`),
  );
  const body = parts.map(
    ({ id, title, sections }) => html`<h2 id="${id}">${title}</h2>
${sections.map((section) => sectionHtml(section, report))}`,
  );
  return `<!doctype html>
${
  html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${`payments-lake: ${report.of}`}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the figures</a>
<header>
<h1>Payments of ${report.of}</h1>
<p class="quiet">As of <time datetime="${new Date(report.now).toISOString()}">${made}</time>. All times are UTC.</p>
</header>
<nav aria-label="Sections"><ul>
${links}</ul></nav>
<main id="main">
${notice(report)}${body}
</main>
<footer><p>Made by payments-lake report. The page holds figures only, no customer, and asks no other machine for anything.</p></footer>
</body>
</html>
`.text
}`;
}

/** What somebody who looks at an empty page has to know first. */
function notice({ answers }: Report): Html {
  const held = answers.get('freshness')?.rows ?? [];
  const sum = (column: string) => held.reduce((total, row) => total + Number(row[column] ?? 0), 0);
  if (sum('live') > 0) return nothing;
  const told =
    sum('test') === 0
      ? 'There is no payment here yet: payments-lake sync reads them.'
      : `There is no live payment here: the figures leave test payments out, and all ${sum('test').toLocaleString('en')} are (payments_all has them).`;
  return html`<p class="card notice">${told}</p>\n`;
}

function sectionHtml(section: Section, report: Report): Html {
  const { sql, rows } = report.answers.get(section.id) ?? { sql: '', rows: [] };
  const figures = section.figures(rows, report);
  const shown = figures.length === 0 ? html`<p>${section.empty}</p>` : figuresHtml(figures);
  return html`<section class="card" id="${section.id}" aria-labelledby="${section.id}-title">
<h3 id="${section.id}-title">${section.title}</h3>
<p class="note">${section.note}</p>
${shown}
<details><summary>The SQL of ${section.title}</summary><pre><code>${sql}</code></pre></details>
</section>
`;
}

/** Charts first, each with its figures to fold out; what has no chart is folded too where charts stand above it. */
function figuresHtml(figures: readonly Figure[]): Html {
  const hasChart = figures.some(({ chart }) => chart);
  return html`${figures.map(({ chart, table }) => {
    const folded = html`<details><summary>Figures: ${table.caption}</summary>${tableHtml(table)}</details>`;
    if (chart) return html`<h4>${chart.title}</h4>\n${chartHtml(chart)}${folded}\n`;
    return hasChart ? html`${folded}\n` : tableHtml(table);
  })}`;
}
