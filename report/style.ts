/** The page's one style sheet. Colours are variables, so that the charts follow the reader's scheme too. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --card: #ffffff; --ink: #1b1f24; --quiet: #525a65; --line: #767e8a; --grid: #e1e4e9;
  --link: #0b57a4; --warn: #8a2c0d;
  --series-1: #0067a5; --series-2: #c2530a; --series-3: #00805a; --series-4: #a3457f; --series-5: #7a6a00; --series-6: #5b5f97;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #111418; --card: #1b2026; --ink: #eceff3; --quiet: #aab3bf; --line: #7d8794; --grid: #333a43;
    --link: #83bdf5; --warn: #ffb193;
    --series-1: #56b4e9; --series-2: #f0953f; --series-3: #35c79a; --series-4: #e08fc0; --series-5: #e3d14f; --series-6: #a7abf0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
header, main, footer, nav { max-width: 50rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.5rem 0 .25rem; }
h2 { font-size: 1.3rem; margin: 2rem 0 .75rem; }
h3 { font-size: 1.1rem; margin: 0 0 .25rem; }
h4 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: 0 0 .75rem; }
.quiet, .note, caption, footer { color: var(--quiet); }
.note { font-size: .9rem; max-width: 42rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; display: inline-block; padding: .5rem 1rem; }
nav ul, .legend { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
nav a { display: inline-block; padding: .25rem 0; }
.card { background: var(--card); border: 1px solid var(--grid); border-radius: .5rem; padding: 1rem; margin: 0 0 1rem; }
.notice { border-left: .35rem solid var(--warn); }
.chart { display: block; width: 100%; height: auto; }
.chart.narrow { display: none; }
@media (max-width: 36rem) { .chart.wide { display: none; } .chart.narrow { display: block; } }
.legend { font-size: .9rem; margin: .25rem 0 .5rem; }
.swatch { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px; margin-right: .4rem; vertical-align: -.05rem; }
${[1, 2, 3, 4, 5, 6].map((at) => `.series-${at} { background: var(--series-${at}); }`).join('\n')}
summary { cursor: pointer; color: var(--link); padding: .35rem 0; width: fit-content; }
.scroll { overflow-x: auto; margin: .25rem 0 .5rem; }
table { border-collapse: collapse; font-size: .87rem; font-variant-numeric: tabular-nums; min-width: 60%; }
caption { text-align: left; padding: 0 0 .35rem; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
th { font-weight: 600; } tbody th { font-weight: 400; }
td { overflow-wrap: anywhere; min-width: 4rem; }
.short { white-space: nowrap; }
.number { text-align: right; white-space: nowrap; overflow-wrap: normal; }
pre { margin: .25rem 0 0; padding: .75rem; background: var(--ground); border-radius: .35rem; font-size: .82rem; line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { font-size: .9rem; padding-bottom: 2rem; }
`;
