import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { runCommand } from '../../cli/main.ts';
import { checkoutPage } from '../../lambdas/sources/checkout-page.ts';
import { commet } from '../../lambdas/sources/commet.ts';
import { folderStore } from '../../local/folder-store.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { collectedIo } from '../support/collected-io.ts';
import { emptyFolder } from '../support/lake-builder.ts';
import { loadRows } from '../support/load-rows.ts';

const until = new Date(Date.now() - 3_600_000);
const dayMs = 86_400_000;
const keys = [{ key: 'cp_sample_key' }, { key: 'cp_not_permitted', permitted: false }] as const;

let pages: SampleApi;
let subscriptions: SampleApi;
let moved: SampleApi;
const lakes: string[] = [];
beforeAll(async () => {
  pages = await startCheckoutPage({ payments: 250, months: 3, until, keys });
  moved = await startCheckoutPage({ payments: 250, months: 3, until, keys });
  subscriptions = await startCommet({ payments: 200, months: 3, until });
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  for (const api of [pages, moved, subscriptions]) await api.close();
  for (const lake of lakes) rmSync(dirname(lake), { recursive: true, force: true });
});

const newLake = (): string => {
  const lake = emptyFolder();
  lakes.push(lake);
  return lake;
};

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const { io, out, err } = collectedIo({
    CHECKOUT_PAGE_API_KEY: pages.key,
    COMMET_API_KEY: subscriptions.key,
    SHOP_API_KEY: pages.key,
    ...env,
  });
  const code = await runCommand([...args], io);
  return { code, out: out(), err: err() };
}

const syncPages = (lake: string, more: readonly string[] = [], env: Record<string, string> = {}) =>
  run(['sync', 'checkout_page', '--lake', lake, '--base-url', pages.baseUrl, ...more], env);

async function syncOf(lake: string, more: readonly string[] = [], env: Record<string, string> = {}) {
  const { code, out } = await syncPages(lake, [...more, '--json'], env);
  return { code, ...JSON.parse(out).syncs[0] };
}

async function statusOf(lake: string) {
  const { out } = await run(['status', '--lake', lake, '--json']);
  return JSON.parse(out).sources[0];
}

/** --base-url is for one source only: two are synced from where they are documented to be. */
function documentedAt(pagesUrl: string): void {
  jest.replaceProperty(checkoutPage as { baseUrl: string }, 'baseUrl', pagesUrl);
  jest.replaceProperty(commet as { baseUrl: string }, 'baseUrl', subscriptions.baseUrl);
}

const both = (lake: string) => ['sync', 'checkout_page', 'commet', '--lake', lake, '--json'];

describe('a sync tells what it did', () => {
  test('in a plain line, exit 0', async () => {
    const { code, out } = await syncPages(newLake());
    expect(code).toBe(0);
    expect(out).toMatch(/^checkout_page: done in [\d.]+ s: 250 payments read, 250 written, 0 unchanged\n/);
  });

  // Checkout Page is asked for its total once more at the end.
  test('with --json in one object that has every source', async () => {
    documentedAt(pages.baseUrl);
    const { code, out } = await run(both(newLake()));
    expect(code).toBe(0);
    const times = { startedAt: expect.stringMatching(/Z$/), finishedAt: expect.stringMatching(/Z$/) };
    const counts = {
      throttled: 0,
      unchanged: 0,
      rows: expect.any(Object),
      loads: expect.any(Number),
      retries: 0,
      throttledMs: 0,
    };
    const done = { syncId: expect.any(String), status: 'done', ...counts, ...times };
    expect(JSON.parse(out)).toEqual({
      reconciliations: ['checkout_page', 'commet'].map((source) =>
        expect.objectContaining({ source, verdict: 'equal' }),
      ),
      syncs: [
        expect.objectContaining({
          source: 'checkout_page',
          pages: 3,
          requests: 4,
          records: 250,
          written: 250,
          ...done,
        }),
        expect.objectContaining({
          source: 'commet',
          pages: 2,
          requests: 2,
          records: 200,
          written: 200,
          ...done,
        }),
      ],
    });
  });

  test.each([[[]], [['--json']]])('and never the key or a secret of a payment, with %p', async (more) => {
    expect(JSON.stringify([...pages.all()])).toContain('_secret_SAMPLE');
    const { out, err } = await syncPages(newLake(), more);
    expect(out + err).not.toContain(pages.key);
    expect(out + err).not.toContain('_secret_SAMPLE');
  });
});

describe('a sync that cannot be', () => {
  test('a key that is refused is named by its variable, exit 1', async () => {
    const { code, out, err } = await syncPages(newLake(), [], { CHECKOUT_PAGE_API_KEY: 'cp_revoked' });
    expect(code).toBe(1);
    expect(out + err).toContain('CHECKOUT_PAGE_API_KEY is refused by the API (401)');
    expect(out + err).not.toContain('cp_revoked');
  });

  test('a key that may not read payments is named by its variable, exit 1', async () => {
    const { code, out, err } = await syncPages(newLake(), [], { CHECKOUT_PAGE_API_KEY: 'cp_not_permitted' });
    expect(code).toBe(1);
    expect(out + err).toMatch(/CHECKOUT_PAGE_API_KEY lacks the permission .*\(403\)/);
  });

  test('a missing key is named by its variable, exit 2', async () => {
    const { code, err } = await syncPages(newLake(), [], { CHECKOUT_PAGE_API_KEY: '' });
    expect(code).toBe(2);
    expect(err).toContain('set CHECKOUT_PAGE_API_KEY');
  });

  test('an encoder that is none, exit 2', async () => {
    const { code, err } = await syncPages(newLake(), [], { PAYMENTS_LAKE_ENCODER: 'arrow' });
    const message = "PAYMENTS_LAKE_ENCODER is hyparquet or parquetjs, got 'arrow'";
    expect({ code, err }).toEqual({ code: 2, err: `payments-lake: ${message}\n` });
  });

  test('a source that is refused does not keep the next from its turn, exit 1', async () => {
    const lake = newLake();
    await syncPages(lake);
    documentedAt(moved.baseUrl);
    const { code, out } = await run(both(lake));
    expect(code).toBe(1);
    expect(JSON.parse(out).syncs).toMatchObject([
      { source: 'checkout_page', status: 'failed', error: { message: expect.stringContaining('--same-account') } },
      { source: 'commet', status: 'done', written: 200 },
    ]);
    const failed = (await loadRows({ store: folderStore(lake) })).filter(({ kind }) => kind === 'failed');
    expect(failed).toMatchObject([
      { instance: 'checkout_page', sync_id: null, error: expect.stringContaining(moved.baseUrl) },
    ]);
  });
});

describe('options', () => {
  test('--same-account accepts another base URL', async () => {
    const lake = newLake();
    await syncPages(lake);
    const there = ['--base-url', moved.baseUrl, '--same-account'];
    expect(await syncOf(lake, there)).toMatchObject({ code: 0, status: 'done', written: 0 });
  });

  describe('--from and --to', () => {
    const from = new Date(Date.now() - 40 * dayMs).toISOString();
    const to = new Date(Date.now() - 20 * dayMs).toISOString();
    const range = ['--backfill', '--from', from, '--to', to];
    const inside = () =>
      [...pages.all()].filter(({ createdAt }) => {
        const at = Date.parse(String(createdAt));
        return at >= Date.parse(from) && at < Date.parse(to);
      }).length;

    test('only what was created in the range is written', async () => {
      const { records, written } = await syncOf(newLake(), range);
      expect(written).toBe(inside());
      expect(records).toBeGreaterThan(written);
    });

    test('what is outside is counted', async () => {
      expect((await syncPages(newLake(), range)).out).toMatch(/, [1-9]\d* outside the range\n/);
    });

    test('the second time nothing is written; with --rewrite all of it again', async () => {
      const lake = newLake();
      await syncOf(lake, range);
      expect(await syncOf(lake, range)).toMatchObject({ code: 0, written: 0, unchanged: inside() });
      expect(await syncOf(lake, [...range, '--rewrite'])).toMatchObject({ code: 0, written: inside() });
    });
  });

  test('--filter reads what matches, all of it', async () => {
    const refunded = [...pages.all()].filter(({ status }) => status === 'refunded').length;
    expect(refunded).toBeGreaterThan(0);
    expect(await syncOf(newLake(), ['--filter', 'status=refunded'])).toMatchObject({
      code: 0,
      mode: 'backfill',
      records: refunded,
      written: refunded,
    });
  });

  test('--filter leaves the watermark as it was', async () => {
    const lake = newLake();
    await syncPages(lake);
    const { watermark } = await statusOf(lake);
    expect(watermark).toMatch(/Z$/);
    await syncPages(lake, ['--filter', 'status=refunded']);
    expect((await statusOf(lake)).watermark).toBe(watermark);
  });

  test('--api makes another store tables of its own', async () => {
    const lake = newLake();
    await syncPages(lake);
    await run(['sync', 'shop', '--api', 'checkout_page', '--base-url', pages.baseUrl, '--lake', lake]);
    const sql = 'SELECT (SELECT count(*) FROM shop_payments), (SELECT count(*) FROM checkout_page_payments)';
    const { out } = await run(['query', sql, '--lake', lake, '--format', 'csv']);
    expect(out.trim().split('\n')[1]).toBe('250,250');
  });

  test('--rate spaces the requests, on loopback too', async () => {
    const arrivals: number[] = [];
    const api = await startCheckoutPage({
      payments: 250,
      intercept: () => {
        arrivals.push(performance.now());
        return false;
      },
    });
    // A range in a new lake: there is nothing to count it against the API with afterwards.
    const args = ['sync', 'checkout_page', '--from', '2000-01-01', '--rate', '120/min', '--base-url', api.baseUrl];
    const { code } = await run([...args, '--lake', newLake()]);
    await api.close();
    expect({ code, requests: arrivals.length }).toEqual({ code: 0, requests: 3 });
    // A request every 508 ms; unpaced, the last come within some ten.
    const gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(200);
  });

  test('requests told are those the API got', async () => {
    const before = pages.requests;
    const {
      code,
      pages: read,
      requests,
      retries,
    } = await syncOf(newLake(), ['--from', '2000-01-01', '--rate', '6000/min']);
    expect({ code, read, requests, retries }).toEqual({
      code: 0,
      read: 3,
      requests: pages.requests - before,
      retries: 0,
    });
  });

  test('PAYMENTS_LAKE_ENCODER=parquetjs writes a lake that can be queried', async () => {
    const lake = newLake();
    await syncPages(lake, [], { PAYMENTS_LAKE_ENCODER: 'parquetjs' });
    const { out } = await run(['query', 'SELECT count(*) AS n FROM payments_all', '--lake', lake, '--format', 'csv']);
    expect(out).toBe('n\n250\n');
  });
});
