import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { runCommand } from '../../cli/main.ts';
import { LakeLock } from '../../local/lake-lock.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import { collectedIo } from '../support/collected-io.ts';
import { emptyFolder } from '../support/lake-builder.ts';
import { type WithholdingApi, withholding } from '../support/withheld.ts';

const until = new Date(Date.now() - 3 * 86_400_000);
const shape = { payments: 60, months: 1, until };

/** What a request for one payment is answered with; null: as the API does. */
let onOnePayment: number | null = null;
let store: WithholdingApi;
let lake: string;
const lakes: string[] = [];
beforeEach(async () => {
  onOnePayment = null;
  lake = newLake();
  store = await withholding(
    (options) => startCheckoutPage({ ...shape, ...options }),
    'starting_after',
    (url) => (url.searchParams.get('limit') === '1' && onOnePayment !== null ? onOnePayment : undefined),
  );
});
afterEach(() => store.api.close());
afterAll(() => {
  for (const each of lakes) rmSync(dirname(each), { recursive: true, force: true });
});

function newLake(): string {
  lakes.push(emptyFolder());
  return lakes.at(-1) as string;
}

async function run(...args: string[]) {
  const { io, out, err } = collectedIo({ CHECKOUT_PAGE_API_KEY: store.api.key });
  const code = await runCommand([...args, '--lake', lake], io);
  return { code, out: out(), err: err() };
}

const sync = (...more: string[]) => run('sync', 'checkout_page', '--base-url', store.api.baseUrl, ...more);

const parsed = (line: string): unknown => JSON.parse(line);

async function reconciled(...more: string[]) {
  const { code, out, err } = await run('reconcile', ...more, '--json');
  return { code, err, ...JSON.parse(out).reconciliations[0] };
}

const paid = (): string[] => [...store.api.all()].filter(({ status }) => status === 'paid').map(({ id }) => String(id));

test('a lake that is equal to its API: exit 0, a table with every status that has payments', async () => {
  const synced = await sync();
  expect(synced).toMatchObject({ code: 0, err: '' });
  expect(synced.out.trim().split('\n')).toHaveLength(1);
  const { code, out } = await run('reconcile');
  expect(code).toBe(0);
  expect(out).toMatch(/^source +status +in the API +in the warehouse +difference +verdict\n/);
  expect(out).toMatch(/^checkout_page +all +60 +60 +0 +equal$/m);
  expect(out).toMatch(new RegExp(`^checkout_page +paid +${paid().length} +${paid().length} +0 +equal$`, 'm'));
});

test('a sync counts what it completed, and warns on stderr when it differs, with --json too', async () => {
  const [lost] = paid();
  await sync();
  store.withheld.add(String(lost));
  const line =
    'checkout_page: the warehouse and the API differ by 1 payment (surplus): run payments-lake reconcile checkout_page --explain';
  const { code, out, err } = await sync();
  expect({ code, out, err }).toEqual({
    code: 0,
    out: expect.not.stringContaining('differ'),
    err: `payments-lake: ${line}\n`,
  });
  const told = await sync('--json');
  expect(told.err.trim().split('\n').map(parsed)).toContainEqual(
    expect.objectContaining({ level: 'warn', message: line, instance: 'checkout_page' }),
  );
  const { reconciliations } = JSON.parse(told.out);
  expect(reconciliations).toMatchObject([{ source: 'checkout_page', verdict: 'surplus', difference: 1 }]);
  const { out: status } = await run('status');
  expect(status).toMatch(/^ {2}reconciled {2}surplus, by 1 payment, \d{4}-\d\d-\d\dT/m);
  const { out: rows } = await run(
    'query',
    'SELECT status, in_api, in_warehouse, verdict FROM reconciliations WHERE difference <> 0 ORDER BY counted_at, status LIMIT 2',
    '--format',
    'json',
  );
  expect(JSON.parse(rows)).toEqual([
    { status: 'paid', in_api: paid().length - 1, in_warehouse: paid().length, verdict: 'surplus' },
    { status: null, in_api: 59, in_warehouse: 60, verdict: 'surplus' },
  ]);
});

test('whatever sync is completed is counted, if a reading of the whole list ever was', async () => {
  const counted = async (...more: string[]) => {
    const { code, out, err } = await sync(...more, '--json');
    const { reconciliations } = JSON.parse(out);
    return { code, isWarned: err.includes('"warn"'), verdicts: reconciliations.map(verdictOf) };
  };
  const verdictOf = ({ verdict }: { verdict: string }) => verdict;
  const equal = { code: 0, isWarned: false, verdicts: ['equal'] };
  expect(await counted('--filter', 'status=paid')).toEqual({ ...equal, verdicts: [] });
  expect(await counted('--backfill')).toEqual(equal);
  expect(await run('reconcile')).toMatchObject({ code: 0 });
  expect(await counted('--filter', 'status=paid')).toEqual(equal);
  expect(await counted('--rewrite')).toEqual(equal);
});

test('a sync that cannot be counted is done all the same, with a warning', async () => {
  const counted = await sync();
  expect(counted.code).toBe(0);
  // The nightly asks for pages of 100, the counting for one payment at a time.
  onOnePayment = 403;
  const { code, out, err } = await sync();
  expect({ code, out }).toEqual({ code: 0, out: expect.not.stringContaining('differ') });
  expect(err).toMatch(
    /^payments-lake: synced, and not counted against the API: CHECKOUT_PAGE_API_KEY lacks the permission/,
  );
  expect(await run('reconcile')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('lacks the permission'),
  });
});

describe('reconcile refuses', () => {
  test('where there is no lake, or nothing was synced', async () => {
    expect(await run('reconcile')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no lake at .*: check --lake, or run payments-lake sync first/),
    });
  });

  test('a source that the lake does not have, and one given twice', async () => {
    await sync();
    const err = `payments-lake: SOURCE must be an instance of the lake ${lake}: checkout_page; got 'commet'\n`;
    expect(await run('reconcile', 'commet')).toEqual({ code: 2, out: '', err });
    expect(await run('reconcile', 'checkout_page', 'checkout_page')).toMatchObject({ code: 2 });
  });

  test('a lake that another process has, naming it', async () => {
    await sync();
    const lock = await LakeLock.take(lake, 'sync');
    await lock.announce('http://127.0.0.1:1');
    const { code, err } = await run('reconcile');
    await lock.release();
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining(`process ${process.pid} (payments-lake sync) has the lake`),
    });
  });
});

test('a payment that the lake lacks is counted, told by the sync, named by --explain, and brought by --repair', async () => {
  const [lost] = paid();
  store.withheld.add(String(lost));
  await sync();
  store.withheld.clear();
  const counted = await reconciled();
  expect(counted).toMatchObject({ code: 1, verdict: 'missing', difference: 1, explanation: null });
  expect(counted.counts.filter(({ verdict }: { verdict: string }) => verdict !== 'equal')).toEqual([
    { status: null, inApi: 60, inWarehouse: 59, difference: 1, verdict: 'missing', duplicates: 0 },
    {
      status: 'paid',
      inApi: paid().length,
      inWarehouse: paid().length - 1,
      difference: 1,
      verdict: 'missing',
      duplicates: 0,
    },
  ]);
  expect(counted.explanation).toBeNull();
  const told = await run('reconcile', '--explain');
  expect(told.out).toContain(`checkout_page: 1 missing in the warehouse: ${lost}\n`);
  const repaired = await run('reconcile', '--repair');
  expect(repaired).toMatchObject({ code: 0, err: '' });
  expect(repaired.out).toContain('checkout_page: repaired; before it the verdict was missing');
  expect(await reconciled()).toMatchObject({ code: 0, verdict: 'equal', difference: 0 });
});
