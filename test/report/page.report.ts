import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { runCommand } from '../../cli/main.ts';
import { runReport } from '../../cli/run-report.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import { collectedIo } from '../support/collected-io.ts';
import { answerOf, bothInstances, checkoutPageInstance, emptyFolder, writeFile } from '../support/lake-builder.ts';
import { openBrowser, openPage } from './browser.ts';

const now = Date.UTC(2026, 6, 15, 12);
const hostile = '</script></title><img src=x onerror=alert(1)>"{b}';

const lake = emptyFolder();
const file = join(dirname(lake), 'report.html');
let browser: Browser;

beforeAll(async () => {
  const options = { payments: 400, until: new Date(now), now: () => now };
  const apis = { commet: await startCommet(options), checkout_page: await startCheckoutPage(options) };
  for (const [name, api] of Object.entries(apis)) {
    const { io, err } = collectedIo({ COMMET_API_KEY: api.key, CHECKOUT_PAGE_API_KEY: api.key });
    const code = await runCommand(['sync', name, '--base-url', api.baseUrl, '--lake', lake], io);
    expect({ code, err: code === 0 ? '' : err() }).toEqual({ code: 0, err: '' });
    await api.close();
  }
  const created_at = now - 86_400_000;
  const payment = {
    payment_id: 'hostile',
    status: 'paid',
    currency: 'eur',
    amount: 12_345n,
    livemode: true,
    created_at,
  };
  await writeFile(lake, checkoutPageInstance, 'payments', 'load_h', [payment]);
  const fee = { payment_id: 'hostile', payment_created_at: created_at, name: hostile, amount: 99_999_999n };
  await writeFile(lake, checkoutPageInstance, 'fees', 'load_h', [fee]);
  expect(await runReport({ lake, out: file }, collectedIo().io, now)).toBe(0);
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(dirname(lake), { recursive: true, force: true });
});

const looks = [
  { width: 900, dark: false },
  { width: 900, dark: true },
  { width: 360, dark: false },
  { width: 360, dark: true },
];

describe.each(looks)('$width px wide, dark: $dark', (look) => {
  test('nothing goes wrong, nothing else is asked for, nothing moves, and nothing is wider than the page', async () => {
    const { page, faults, requests } = await openPage(browser, file, look);
    const moving = await page.evaluate(() => document.getAnimations().length);
    await page.evaluate(() => {
      for (const each of document.querySelectorAll('details')) each.open = true;
    });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect({ faults, requests, moving, width }).toEqual({
      faults: [],
      requests: [`file://${file}`],
      moving: 0,
      width: look.width,
    });
    await page.close();
  });

  test('every chart is drawn once, with bars of some size and no letters outside', async () => {
    const { page } = await openPage(browser, file, look);
    const charts = await page.evaluate(() =>
      [...document.querySelectorAll('svg')].map((svg) => {
        const box = svg.getBoundingClientRect();
        const bars = [...svg.querySelectorAll('path[fill^="var(--series"]')].filter((bar) => {
          const { width, height } = bar.getBoundingClientRect();
          return width > 0.5 && height > 0.5;
        });
        const outside = [...svg.querySelectorAll('text')].filter((text) => {
          const { left, right } = text.getBoundingClientRect();
          return left < box.left - 1 || right > box.right + 1;
        });
        const font = Number.parseFloat(getComputedStyle(svg.querySelector('text') ?? svg).fontSize);
        const shown = box.width > 0;
        const scale = shown ? box.width / svg.viewBox.baseVal.width : 0;
        return { shown, bars: bars.length, outside: outside.map((text) => text.textContent), letters: font * scale };
      }),
    );
    const shown = charts.filter((chart) => chart.shown);
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.length * 2).toBe(charts.length);
    expect(shown.filter(({ bars }) => bars === 0)).toEqual([]);
    expect(shown.flatMap(({ outside }) => outside)).toEqual([]);
    // Pixels on the screen, whatever the drawing was scaled to.
    expect(Math.min(...shown.map(({ letters }) => letters))).toBeGreaterThan(9);
    await page.close();
  });

  test('axe finds nothing, whatever is folded out', async () => {
    const { page } = await openPage(browser, file, look);
    await page.evaluate(() => {
      for (const each of document.querySelectorAll('details')) each.open = true;
    });
    // Evaluated, not added to the page: its policy lets no script run.
    await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html.slice(0, 200)}`);
    });
    expect(found).toEqual([]);
    await page.close();
  });
});

test('the figures are those of the SQL that stands beside them', async () => {
  const { page } = await openPage(browser, file);
  const sql = await page.locator('#revenue pre').textContent();
  const { rows } = await answerOf(lake, bothInstances, String(sql));
  const told = await page.evaluate(() =>
    [...document.querySelectorAll('#revenue tbody tr')].map((row) =>
      [...row.children].map((cell) => String(cell.textContent)),
    ),
  );
  const decimals = (amount: string) => Number(amount.replace(/[^\d.]/g, ''));
  const shown = told.filter(([, payments]) => payments !== '0');
  expect(rows.length).toBeGreaterThan(20);
  expect(
    shown.map(([month, payments, amount = '']) => [month, payments, amount.slice(0, 3), decimals(amount)]).sort(),
  ).toEqual(
    rows
      .map(([month, currency, payments, revenue]) => [month, String(payments), currency, decimals(String(revenue))])
      .sort(),
  );
  await page.close();
});

test('bars are as long as the figures say', async () => {
  const { page } = await openPage(browser, file);
  const { heights, amounts } = await page.evaluate(() => {
    const [svg, table] = ['#revenue svg.wide', '#revenue table'].map((path) => document.querySelector(path) as Element);
    const bars = [...(svg as Element).querySelectorAll('path[fill^="var(--series"]')];
    const cells = [...(table as Element).querySelectorAll('tbody td:last-child')];
    return {
      heights: bars.map((bar) => bar.getBoundingClientRect().height),
      amounts: cells.map((cell) => Number(String(cell.textContent).replace(/[^\d.]/g, ''))),
    };
  });
  const drawn = amounts.filter((amount) => amount > 0);
  const [highest, most] = [Math.max(...heights), Math.max(...drawn)];
  expect(heights).toHaveLength(amounts.length);
  expect(heights.filter((height, at) => Math.abs(height / highest - Number(amounts[at]) / most) > 0.02)).toEqual([]);
  await page.close();
});

test('a name that is HTML is shown as it is', async () => {
  const { page, faults } = await openPage(browser, file);
  expect(await page.locator('#fees th[scope=row]', { hasText: '</script>' }).first().textContent()).toBe(hostile);
  expect(await page.locator('#fees svg.wide text', { hasText: '</script>' }).count()).toBe(1);
  expect({ faults, images: await page.locator('img, script').count() }).toEqual({ faults: [], images: 0 });
  await page.close();
});

test('by keyboard: first a way past the links, then every link, figure and query, and where one is shows', async () => {
  const { page } = await openPage(browser, file);
  const reached: string[] = [];
  let unseen = 0;
  const all = await page.locator('a, summary, .scroll:visible').count();
  for (let at = 0; at < all; at++) {
    await page.keyboard.press('Tab');
    const { name, seen } = await page.evaluate(() => {
      const focused = document.activeElement as HTMLElement;
      return {
        name: `${focused.tagName} ${focused.textContent?.slice(0, 40)}`,
        seen: getComputedStyle(focused).outlineStyle,
      };
    });
    reached.push(name);
    if (seen === 'none') unseen++;
  }
  expect(reached[0]).toBe('A Skip to the figures');
  expect({ reached: reached.filter((name) => name.startsWith('BODY')), unseen }).toEqual({ reached: [], unseen: 0 });
  await page.locator('summary').first().focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('details').first().getAttribute('open')).toBe('');
  await page.close();
});
