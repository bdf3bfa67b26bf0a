import type { EChartsOption } from 'echarts';
import { echarts } from './echarts.ts';
import { escaped, Html, html } from './html.ts';
import { short } from './numbers.ts';

/** Bars: upright over months, lying where categories have names. Values share one unit. */
export interface Chart {
  /** Anchor, unique on the page: a-z, 0-9 and hyphens. */
  readonly id: string;
  readonly title: string;
  /** What it shows, in one sentence, for who does not see it. */
  readonly description: string;
  readonly lying?: boolean;
  readonly categories: readonly string[];
  /** Stacked; at most as many as there are colours. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** Colours of series, `--series-1` and on, told apart by the colour-blind too; style.ts has them. */
export const mostSeries = 6;

/** Drawn twice, since an SVG that is scaled down to a phone has letters of 5 px: style.ts shows one of them. */
const widths = { wide: 680, narrow: 320 } as const;

const colour = (at: number): string => `var(--series-${(at % mostSeries) + 1})`;

const longest = { wide: 24, narrow: 18 } as const;

const shortened = (name: string, most: number): string => {
  const letters = [...name.replace(/\s+/g, ' ')];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : letters.join('');
};

export function chartHtml(chart: Chart): Html {
  const { series } = chart;
  const key = series.map(
    ({ name }, at) => html`<li><span class="${`swatch series-${(at % mostSeries) + 1}`}"></span>${name}</li>`,
  );
  const legend = series.length > 1 ? html`<ul class="legend">${key}</ul>` : html``;
  return html`${svg(chart, 'wide')}${svg(chart, 'narrow')}${legend}`;
}

function svg(chart: Chart, width: keyof typeof widths): Html {
  const height = chart.lying ? 24 + chart.categories.length * 30 : 220;
  const drawing = echarts.init(null, null, { renderer: 'svg', ssr: true, width: widths[width], height });
  try {
    drawing.setOption(option(chart, width));
    return dressed(drawing.renderToSVGString(), chart, width, height);
  } finally {
    drawing.dispose();
  }
}

/** The SVG with a name, without what the page's policy forbids (styles) and what only ECharts' own script reads. */
function dressed(drawn: string, { id, title, description }: Chart, width: keyof typeof widths, height: number): Html {
  const name = `${id}-${width}`;
  const inner = drawn
    .replace(/^<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, '')
    .replace(/ style="font-size:(\d+)px;[^"]*"/g, ' font-size="$1"');
  return new Html(
    `<svg class="chart ${width}" role="img" aria-labelledby="${name}-title" aria-describedby="${name}-desc" viewBox="0 0 ${widths[width]} ${height}" width="${widths[width]}" height="${height}" xmlns="http://www.w3.org/2000/svg"><title id="${name}-title">${escaped(title)}</title><desc id="${name}-desc">${escaped(description)}</desc>${inner}</svg>`,
  );
}

function option({ lying = false, categories, series }: Chart, width: keyof typeof widths): EChartsOption {
  const label = { color: 'var(--quiet)', fontSize: 12, hideOverlap: true };
  const names = {
    type: 'category' as const,
    data: categories.map((name) => shortened(name, longest[width])),
    inverse: lying,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: 'var(--line)' } },
    axisLabel: { ...label, ...(lying ? { interval: 0, color: 'var(--ink)' } : {}) },
  };
  const totals = categories.map((_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0));
  const values = {
    type: 'value' as const,
    splitNumber: width === 'wide' ? 5 : 3,
    axisLabel: { ...label, show: !lying, formatter: short },
    splitLine: { show: !lying, lineStyle: { color: 'var(--grid)' } },
  };
  // What a name takes is reckoned generously: no font is at hand to measure it, and the reader's may be a wide one.
  const room = 12 + 7.2 * Math.max(0, ...names.data.map((name) => [...name].length));
  const space = { left: 4, right: lying ? 56 : 8, top: 12, bottom: 4 };
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit' },
    grid: lying ? { ...space, left: room } : { ...space, containLabel: true },
    ...(lying ? { xAxis: values, yAxis: names } : { xAxis: names, yAxis: values }),
    series: series.map(({ values: data }, at) => ({
      type: 'bar' as const,
      stack: 'all',
      silent: true,
      emphasis: { disabled: true },
      barMaxWidth: lying ? 18 : 44,
      // A line of the ground between stacked bars: they are told apart without their colours.
      itemStyle: { color: colour(at), borderColor: 'var(--card)', borderWidth: series.length > 1 ? 1 : 0 },
      data: [...data],
      ...(lying && at === series.length - 1
        ? {
            label: {
              show: true,
              position: 'right' as const,
              color: 'var(--ink)',
              fontSize: 12,
              formatter: ({ dataIndex }: { dataIndex: number }) => short(totals[dataIndex] ?? 0),
            },
          }
        : {}),
    })),
  };
}
