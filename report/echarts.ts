import type { EChartsOption } from 'echarts';
import * as loaded from 'echarts/dist/echarts.common.min.js';

/** What is used of a chart that is drawn once, as SVG, without a browser. */
interface SvgChart {
  setOption(option: EChartsOption): void;
  renderToSVGString(): string;
  dispose(): void;
}

interface Echarts {
  init(dom: null, theme: null, options: { renderer: 'svg'; ssr: true; width: number; height: number }): SvgChart;
}

// One file of 0.7 MB: the package's modules, some 600, take a second to load. Of this one, an ES import has the exports
// under `default`, and jest's has them as they are.
const bundle = loaded as unknown as Echarts & { readonly default?: Echarts };

export const echarts: Echarts = bundle.default ?? bundle;
