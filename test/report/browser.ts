import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Debian, Ubuntu and others put it. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser of the machine's own: a test tool would fetch one from elsewhere. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? places.find((path) => existsSync(path));
  if (!executablePath) {
    throw new Error('the page is tested in Chromium, and none is here: apt-get install chromium, or set CHROMIUM');
  }
  // As root, in a container, Chromium has no sandbox; the page is our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'], timeout: 90_000 });
}

/** What went wrong on a page, and what it asked for. */
export interface Watched {
  readonly page: Page;
  readonly faults: readonly string[];
  readonly requests: readonly string[];
}

export async function openPage(
  browser: Browser,
  file: string,
  { width = 900, dark = false }: { readonly width?: number; readonly dark?: boolean } = {},
): Promise<Watched> {
  const page = await browser.newPage({
    viewport: { width, height: 800 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const faults: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => faults.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`file://${file}`);
  return { page, faults, requests };
}
