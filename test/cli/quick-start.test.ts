import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { quickStart } from '../../cli/quick-start.ts';
import { currencyExponents } from '../../lambdas/warehouse/currency-exponents.ts';
import { openLake } from '../../local/lake.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import { collectedIo } from '../support/collected-io.ts';
import { emptyFolder } from '../support/lake-builder.ts';

const now = Date.UTC(2026, 6, 15, 12);
const payments = 600;

const folders: string[] = [];
const newFolder = (): string => {
  const folder = dirname(emptyFolder());
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function run(lake: string, env: Record<string, string> = {}, interruptAt?: string) {
  const { io, out, err, interrupt } = collectedIo(env);
  // Whoever listens takes the text away.
  if (interruptAt) io.stdout.on('data', (text) => String(text).includes(interruptAt) && interrupt());
  const code = await quickStart(io, { lake, payments, now: () => now });
  return { code, out: out(), err: err() };
}

const lake = join(newFolder(), 'sample-lake');
const historyFiles = () =>
  readdirSync(join(lake, 'warehouse', 'commet_payments'), { recursive: true, encoding: 'utf8' });
let broken: Awaited<ReturnType<typeof run>>;
let filesOfBroken: string[];
let whole: Awaited<ReturnType<typeof run>>;
beforeAll(async () => {
  broken = await run(lake, {}, 'Tax by country');
  filesOfBroken = historyFiles();
});
beforeAll(async () => {
  whole = await run(lake, { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' });
});

/** Lines of the answer below the query that begins a step of this title. */
function answerTo(title: string): string[][] {
  const step = whole.out.split(/\n\n(?=\d\. )/).find((text) => text.includes(title)) ?? '';
  return (step.split(/─\n/)[1] ?? '')
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
}

test('it ends with 0 and no warning, a DynamoDB of somebody else left alone', () => {
  // A sync of over five seconds tells how far it is.
  const err = whole.err.replace(/^(commet|checkout_page) .* read, .* new · .*\/s.*\n/gm, '');
  expect({ code: whole.code, err }).toEqual({ code: 0, err: '' });
});

test('the first sync reads everything, the second writes only what changed', () => {
  const told = whole.out
    .match(/^(commet|checkout_page): done in .*$/gm)
    ?.map((line) => line.replace(/ in [\d.]+ s/, ''));
  expect(told).toEqual([
    'commet: done: 600 payments read, 600 written, 0 unchanged',
    'checkout_page: done: 600 payments read, 600 written, 0 unchanged',
    'commet: done: 400 payments read, 150 written, 250 unchanged',
    expect.stringMatching(/^checkout_page: done: \d+ payments read, 162 written, \d+ unchanged$/),
  ]);
});

test('the revenue printed is what the APIs sell', async () => {
  const options = { payments, until: new Date(now), now: () => now };
  const [commet, checkoutPage] = [await startCommet(options), await startCheckoutPage(options)];
  for (const olderThanDays of [3, 10, 20, 30]) {
    checkoutPage.changeStatuses(2, { to: 'refunded', olderThanDays });
    checkoutPage.changeStatuses(1, { to: 'partial_refund', olderThanDays });
  }
  for (const api of [commet, checkoutPage]) api.addPayments(150);
  const sums = new Map<string, number[]>();
  for (const payment of [...commet.all(), ...checkoutPage.all()]) {
    const month = ['2026-05', '2026-06', '2026-07'].indexOf(String(payment.createdAt).slice(0, 7));
    if (
      month < 0 ||
      payment.livemode !== true ||
      !['paid', 'partial_refund', 'succeeded'].includes(String(payment.status))
    )
      continue;
    const currency = String(payment.currency).toUpperCase();
    const ofCurrency = sums.get(currency) ?? [0, 0, 0];
    ofCurrency[month] = Number(ofCurrency[month]) + Number(payment.amountTotal ?? payment.amount);
    sums.set(currency, ofCurrency);
  }
  await Promise.all([commet.close(), checkoutPage.close()]);
  const decimals = (currency: string) =>
    currencyExponents.find(({ currencies }) => currencies.includes(currency))?.exponent ?? Number.NaN;
  const expected = [...sums]
    .sort()
    .map(([currency, amounts]) => [
      currency,
      ...amounts.map((minor) => (minor / 10 ** decimals(currency)).toLocaleString('en', { minimumFractionDigits: 4 })),
    ]);
  const shown = answerTo('Revenue by month and currency').map((row) =>
    row.map((cell) => cell.replace('NULL', '0.0000')),
  );
  expect(expected.length).toBeGreaterThan(5);
  expect(shown).toEqual(expected);
});

test('tax is told per country, and the refunds seen are those that came between the syncs', () => {
  expect(answerTo('Tax by country')).toHaveLength(10);
  const refunds = answerTo('Payments seen refunded since the first sync');
  expect(refunds.map(([, , was, status]) => `${was} → ${status}`).sort()).toEqual([
    ...Array<string>(4).fill('paid → partial_refund'),
    ...Array<string>(8).fill('paid → refunded'),
  ]);
});

test('it ends by writing a page, and says where', () => {
  expect(whole.out).toContain(`Open ${lake}/report.html in a browser`);
  expect(readFileSync(join(lake, 'report.html'), 'utf8')).toContain('Revenue in USD by month');
});

test('in a pipe it is plain, and no line is wider than 80 columns', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what must not be there
  expect(whole.out).not.toMatch(/[\u001b\r]/);
  expect(whole.out.split('\n').filter((line) => line.replace(lake, 'sample-lake').length > 80)).toEqual([]);
});

test('run again it makes its lake anew', () => {
  const after = historyFiles();
  expect(after).toHaveLength(filesOfBroken.length);
  expect(after.filter((name) => filesOfBroken.includes(name) && name.endsWith('.parquet'))).toEqual([]);
});

describe('it deletes nothing', () => {
  test('in a folder it did not make', async () => {
    const foreign = newFolder();
    writeFileSync(join(foreign, 'lake.json'), '{"format":1,"instances":{}}');
    const { code, err } = await run(foreign);
    expect({ code, err }).toEqual({
      code: 1,
      err: `payments-lake: the quick start deletes only a lake it made itself, and did not make ${foreign}: move or delete that folder, then run npm start again\n`,
    });
    expect(readdirSync(foreign)).toEqual(['lake.json']);
  });

  test('in a lake of its own that another account was put in', async () => {
    const mixed = newFolder();
    writeFileSync(join(mixed, '_quick-start.txt'), '');
    writeFileSync(join(mixed, 'lake.json'), '{"format":1,"instances":{"commet":"commet","shop":"checkout_page"}}');
    const { code, err } = await run(mixed);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('also holds shop') });
    expect(existsSync(join(mixed, 'lake.json'))).toBe(true);
  });

  test('while another process has the lake', async () => {
    const busy = newFolder();
    writeFileSync(join(busy, '_quick-start.txt'), '');
    const opened = await openLake(busy, 'sync', [], []);
    const { code, err } = await run(busy);
    await opened.close();
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`process ${process.pid}`) });
    expect(existsSync(join(busy, 'checkpoints'))).toBe(true);
  });
});

test.each([
  ['quick start', () => run(join(newFolder(), 'sample-lake'), {}, 'quick start')],
  ['Tax by country', async () => broken],
])('interrupted at "%s" it ends with 130 and says so', async (_, interrupted) => {
  const { code, err } = await interrupted();
  expect({ code, err }).toEqual({ code: 130, err: 'quick start: interrupted; npm start begins anew\n' });
});

test('what npm start runs ends by one Ctrl-C that arrives twice', async () => {
  const elsewhere = newFolder();
  const command = join(__dirname, '..', '..', 'cli', 'quick-start.js');
  const child = spawn(process.execPath, [command], { cwd: elsewhere, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (text) => {
    if (!String(text).includes('The first sync')) return;
    child.kill('SIGINT');
    child.kill('SIGTERM');
  });
  const ended = await new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
  expect(ended).toEqual({ code: 130, signal: null });
});
