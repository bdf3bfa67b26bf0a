import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../../cli/main.ts';
import { checkoutPage } from '../../lambdas/sources/checkout-page.ts';
import { commet } from '../../lambdas/sources/commet.ts';
import type { Source } from '../../lambdas/sources/source.ts';
import { startCheckoutPage } from '../../local/sample-apis/checkout-page.ts';
import { startCommet } from '../../local/sample-apis/commet.ts';
import type { SampleApi } from '../../local/sample-apis/sample-api.ts';
import { contentOf, placesOf } from '../support/byte-scan.ts';
import { collectedIo } from '../support/collected-io.ts';
import { answerOf, bothInstances, emptyFolder } from '../support/lake-builder.ts';
import { brokenShapes, Marks, marker, personalValues, valuesWithoutColumn } from '../support/marked-payments.ts';

const until = new Date(Date.now() - 3_600_000);
const marks = new Marks();
/** A search finds the sample's own customers only. */
let searched: string;
let pages: SampleApi;
let subscriptions: SampleApi;
const lakes: string[] = [];

beforeAll(async () => {
  pages = await startCheckoutPage({ payments: 4, months: 1, until });
  subscriptions = await startCommet({ payments: 4, months: 1, until });
  for (const [api, source] of [
    [pages, checkoutPage],
    [subscriptions, commet],
  ] as const) {
    mark(api, source, 0, personalValues);
    mark(api, source, 1, valuesWithoutColumn);
    mark(api, source, 2, brokenShapes);
  }
  searched = pages.record(3)?.customerEmail as string;
});
beforeEach(() => {
  jest.replaceProperty(checkoutPage as { baseUrl: string }, 'baseUrl', pages.baseUrl);
  jest.replaceProperty(commet as { baseUrl: string }, 'baseUrl', subscriptions.baseUrl);
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  for (const api of [pages, subscriptions]) await api.close();
  for (const lake of lakes) rmSync(dirname(lake), { recursive: true, force: true });
});

function mark(api: SampleApi, source: Source, index: number, how: typeof personalValues): void {
  const payment = api.record(index);
  if (payment) api.edit(payment.id as string, how(source, payment, marks));
}

const newLake = (): string => {
  const lake = emptyFolder();
  lakes.push(lake);
  return lake;
};

async function run(...args: readonly string[]) {
  const { io, out, err } = collectedIo({ CHECKOUT_PAGE_API_KEY: pages.key, COMMET_API_KEY: subscriptions.key });
  const code = await runCommand([...args], io);
  return { code, out: out(), err: err() };
}

/** A lake with everything in it, its content, and all that was said meanwhile. */
async function filled(mode: 'keep' | 'hash' | 'drop') {
  const lake = newLake();
  const said = [
    await run('sync', '--lake', lake, '--personal-data', mode, '--json'),
    await run('sync', 'checkout_page', '--lake', lake, '--filter', `search=${searched}`),
    await run('status', '--lake', lake),
  ];
  expect(said).toMatchObject([{ code: 0 }, { code: 0 }, { code: 0 }]);
  const content = await contentOf(lake);
  return { lake, content: content.set('said', said.map(({ out, err }) => out + err).join('\n')) };
}

const everyValue = () => new RegExp(`${marker.source}|${searched.replaceAll('.', '\\.')}`, 'i');

test('a lake that keeps personal data has every marked value: the scan finds what is there', async () => {
  const { content } = await filled('keep');
  const all = [...content.values()].join('\n');
  expect(marks.all.length).toBeGreaterThan(150);
  expect(marks.all.filter((value) => !all.includes(value))).toEqual([]);
  expect(all).toContain(searched);
  // What is said holds none in any mode, nor does a checkpoint.
  for (const place of ['said', 'checkpoints']) expect(content.get(place)).not.toMatch(everyValue());
});

describe.each(['hash', 'drop'] as const)('a lake that does not (%s)', (mode) => {
  let lake: string;
  let content: Map<string, string>;
  beforeAll(async () => {
    jest.replaceProperty(checkoutPage as { baseUrl: string }, 'baseUrl', pages.baseUrl);
    jest.replaceProperty(commet as { baseUrl: string }, 'baseUrl', subscriptions.baseUrl);
    ({ lake, content } = await filled(mode));
  });

  test('has no marked value in any byte of a file, a checkpoint or a log', () => {
    expect([...content.keys()].filter((place) => place.startsWith('values of')).length).toBeGreaterThan(5);
    expect(placesOf(content, everyValue())).toEqual([]);
  });

  test('names what it did not foresee, with the JSON type', async () => {
    const { rows } = await answerOf(
      lake,
      bothInstances,
      `SELECT _extra FROM commet_payments WHERE _extra LIKE '%newField%'`,
    );
    expect(JSON.parse(String(rows[0]?.[0]))).toMatchObject({
      newField: 'string',
      newObject: 'object',
      amountTotal: 'string',
      description: 'object',
    });
  });

  test('keeps every row, the keys of maps, and what is not personal', async () => {
    const { rows } = await answerOf(
      lake,
      bothInstances,
      `SELECT (SELECT count(*) FROM checkout_page_payments), (SELECT count(*) FROM commet_payments),
         (SELECT count(DISTINCT key) FROM commet_metadata WHERE key IN ('one', 'more', 'odd')),
         (SELECT count(*) FROM checkout_page_payments WHERE billing_address_country IS NOT NULL AND amount > 0)`,
    );
    expect(rows).toEqual([[4n, 4n, 3n, expect.anything()]]);
    expect(Number(rows[0]?.[3])).toBeGreaterThan(0);
  });
});

describe('the mode is the lake’s', () => {
  const sync = (lake: string, ...args: readonly string[]) => run('sync', 'commet', '--lake', lake, ...args);
  const lakeJson = (lake: string) => JSON.parse(readFileSync(join(lake, 'lake.json'), 'utf8'));

  test('later syncs need not name it; another one is refused, and what to do is said', async () => {
    const lake = newLake();
    await sync(lake, '--personal-data', 'drop');
    expect(lakeJson(lake)).toMatchObject({ format: 2, personalData: 'drop' });
    expect((await sync(lake)).out).toContain('4 unchanged');
    const refused = await sync(lake, '--personal-data', 'keep');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain(
      'was made with --personal-data drop, got keep: add --backfill --rewrite and neither range nor filter',
    );
    expect(existsSync(join(lake, 'personal-data.key'))).toBe(false);
    expect((await sync(lake)).out).toContain('4 unchanged');
  });

  test('a rewrite of everything changes it: every payment anew, its older versions as they were', async () => {
    const lake = newLake();
    await sync(lake);
    expect(lakeJson(lake)).toEqual({ format: 1, instances: { commet: 'commet' } });
    const ranged = await sync(lake, '--personal-data', 'hash', '--backfill', '--rewrite', '--from', '2020-01-01');
    expect(ranged).toMatchObject({ code: 2 });
    const { code, out } = await sync(lake, '--personal-data', 'hash', '--backfill', '--rewrite');
    expect([code, out]).toEqual([0, expect.stringContaining('4 written, 0 unchanged')]);
    expect((await sync(lake)).out).toContain('4 unchanged');
    const versions = (database: string) =>
      answerOf(
        lake,
        bothInstances,
        `SELECT count(*), count(*) FILTER (description ~ '^[0-9a-f]{64}$' OR description IS NULL) FROM ${database}.commet_payments`,
      );
    expect((await versions('payments_lake')).rows).toEqual([[4n, 4n]]);
    expect((await versions('payments_lake_history')).rows[0]?.[0]).toBe(8n);
  });
});
