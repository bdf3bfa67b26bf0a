import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../../cli/main.ts';
import { runReport } from '../../cli/run-report.ts';
import { folderStore } from '../../local/folder-store.ts';
import { collectedIo } from '../support/collected-io.ts';
import {
  april,
  checkoutPageInstance,
  commetInstance,
  emptyFolder,
  march,
  writeFile,
  writeLakeFile,
} from '../support/lake-builder.ts';
import { putLoadsRow } from '../support/nasty-lake.ts';

const lake = emptyFolder();
const folder = dirname(lake);
const now = Date.UTC(2026, 3, 20);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  writeLakeFile(lake);
  const sold = { status: 'paid', currency: 'eur', livemode: true };
  await writeFile(lake, checkoutPageInstance, 'payments', 'load_1', [
    { payment_id: 'a', customer_id: 'one', amount: 1000n, ...sold },
    { payment_id: 'b', customer_id: 'two', amount: 250n, ...sold },
    { payment_id: 'c', customer_id: 'two', amount: 9999n, ...sold, livemode: false },
    { payment_id: 'd', customer_id: 'two', amount: 400n, ...sold, status: 'refunded' },
  ]);
  await writeFile(lake, checkoutPageInstance, 'fees', 'load_1', [
    { payment_id: 'a', payment_created_at: march, name: 'Postage', amount: 499n },
  ]);
  await writeFile(lake, checkoutPageInstance, 'tax_breakdown', 'load_1', [
    { payment_id: 'a', payment_created_at: march, tax_rate_details_country: 'DE', tax_amount: 160n },
  ]);
  await writeFile(lake, commetInstance, 'payments', 'load_2', [
    { payment_id: 'p', status: 'succeeded', currency: 'jpy', amount_total: 800n, livemode: true, created_at: april },
  ]);
});

async function report(...args: string[]) {
  const { io, out, err } = collectedIo();
  return { code: await runCommand(['report', ...args], io), out: out(), err: err() };
}

test('the page has what the lake holds, and stdout says where it is', async () => {
  const file = join(folder, 'page.html');
  const { io, out } = collectedIo();
  const code = await runReport({ lake, out: file }, io, now);
  const page = readFileSync(file, 'utf8');
  expect({ code, out: out() }).toEqual({ code: 0, out: `${file}\n` });
  const figures = ['EUR 12.50', 'JPY 800', 'EUR 4.99', 'EUR 1.60', 'EUR 4.00', 'Postage'];
  expect(figures.filter((figure) => !page.includes(figure))).toEqual([]);
  expect(page).not.toContain('99.99');
  expect(readdirSync(folder).filter((name) => name.startsWith('page.html'))).toEqual(['page.html']);
});

test('a sync that failed and went on is loaded, of one that failed twice the last error counts, refused ones stay apart', async () => {
  const own = emptyFolder();
  writeLakeFile(own);
  const store = folderStore(own);
  const failed = { instance: 'commet', mode: 'incremental', kind: 'failed' };
  const rows = [
    { ...failed, sync_id: 'went-on', error: 'zero: the key was refused' },
    { ...failed, sync_id: 'went-on', kind: 'load' },
    { ...failed, sync_id: 'twice', error: 'yesterday: no answer' },
    { ...failed, sync_id: 'twice', error: 'again: no answer' },
    { ...failed, error: 'refused once' },
    { ...failed, error: 'refused twice' },
  ];
  for (const [at, row] of rows.entries()) await putLoadsRow(store, at, april + at * 60_000, row);
  const file = join(dirname(own), 'page.html');
  await runReport({ lake: own, out: file }, collectedIo().io, now);
  const outcomes = [...readFileSync(file, 'utf8').matchAll(/>(failed: [^<]*|loaded)</g)].map(([, outcome]) => outcome);
  expect(outcomes).toEqual(['failed: refused twice', 'failed: refused once', 'failed: again: no answer', 'loaded']);
  rmSync(dirname(own), { recursive: true });
});

test('a lake without a payment gives a page that says so', async () => {
  const empty = emptyFolder();
  writeLakeFile(empty);
  const file = join(dirname(empty), 'page.html');
  expect(await report('--lake', empty, '--out', file)).toMatchObject({ code: 0, err: '' });
  expect(readFileSync(file, 'utf8')).toContain('There is no payment here yet');
  rmSync(dirname(empty), { recursive: true });
});

test('what can not be done is told before anything is written', async () => {
  const taken = join(folder, 'a-folder');
  mkdirSync(taken);
  const answers = [
    await report('--lake', join(folder, 'none'), '--out', join(folder, 'x.html')),
    await report('--lake', lake, '--out', taken),
    await report('--lake', lake, '--out', join(folder, 'not', 'there.html')),
    await report('--lake', lake, '--stack', 'PaymentsLake'),
  ];
  expect(answers.map(({ code, err }) => [code, err])).toEqual([
    [1, `payments-lake: no lake at ${join(folder, 'none')}: check --lake, or run payments-lake sync first\n`],
    [2, `payments-lake: --out is a file, got the folder ${taken}: add the file's name\n`],
    [
      2,
      `payments-lake: --out is a file in a folder that is there, got ${join(folder, 'not', 'there.html')}: make ${join(folder, 'not')} first\n`,
    ],
    [2, expect.stringContaining('--lake and --stack exclude each other')],
  ]);
  expect(readdirSync(folder).sort()).toEqual(['a-folder', 'lake', 'page.html']);
});
