import { parseSyncOptions, type SyncOptions } from '../../cli/sync-options.ts';
import { UsageError } from '../../lambdas/errors.ts';
import { checkoutPage } from '../../lambdas/sources/checkout-page.ts';
import { commet } from '../../lambdas/sources/commet.ts';

const parse = (given: string[], options: Partial<SyncOptions> = {}) =>
  parseSyncOptions(given, { lake: './lake', ...options }, [commet, checkoutPage]);

const both = [
  { instance: 'commet', api: commet },
  { instance: 'checkout_page', api: checkoutPage },
];

test('without arguments it is the nightly of every source in the registry', () => {
  expect(parse([])).toEqual({
    sources: both,
    backfill: false,
    from: null,
    to: null,
    filters: {},
    rewrite: false,
    confirmDeletions: false,
    personalData: null,
    ratePerMinute: null,
    lake: './lake',
    baseUrl: null,
    sameAccount: false,
    json: false,
  });
});

test('flags and the lake are passed on', () => {
  const request = parse([], { backfill: true, rewrite: true, sameAccount: true, json: true, lake: '/x' });
  expect(request).toMatchObject({ backfill: true, rewrite: true, sameAccount: true, json: true, lake: '/x' });
});

test('sources are synced in the order they are named', () => {
  expect(parse(['checkout_page', 'commet']).sources).toEqual([...both].reverse());
});

test('a name of one’s own is an instance of the API given', () => {
  expect(parse(['second_store'], { api: 'checkout_page' }).sources).toEqual([
    { instance: 'second_store', api: checkoutPage },
  ]);
  expect(parse(['commet'], { api: 'commet' }).sources).toEqual([both[0]]);
});

describe('--from and --to', () => {
  test('are UTC, and mean a backfill', () => {
    expect(parse([], { from: '2026-03-01' })).toMatchObject({ backfill: true, from: Date.UTC(2026, 2, 1), to: null });
    expect(parse([], { to: '2026-03-01' })).toMatchObject({ backfill: true, from: null, to: Date.UTC(2026, 2, 1) });
  });

  test.each([
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2026-03-01T12:30:00Z', Date.UTC(2026, 2, 1, 12, 30)],
    ['2026-03-01T12:30', Date.UTC(2026, 2, 1, 12, 30)],
    ['2026-03-01T12:30:15.250Z', Date.UTC(2026, 2, 1, 12, 30, 15, 250)],
    ['2026-03-01T00:30:00+01:00', Date.UTC(2026, 1, 28, 23, 30)],
    ['0099-01-01', Date.parse('0099-01-01T00:00:00Z')],
  ])('take %s', (given, expected) => {
    expect(parse([], { from: given }).from).toBe(expected);
  });

  test.each([
    ...['', 'yesterday', '2026-3-1', '2026-02-30', '2025-02-29', '2026-13-01', '01.03.2026', '20260301', '2026-03'],
    ...['2026-03-01T25:00Z', '2026-03-01T24:00Z', '2026-03-01 12:00', '2026-03-01T12:00+99:00', '1772323200000'],
  ])("refuse '%s'", (given) => {
    expect(() => parse([], { to: given })).toThrow(UsageError);
    expect(() => parse([], { to: given })).toThrow(
      `--to must be a day, YYYY-MM-DD, or an instant such as 2026-03-01T12:00:00Z, got '${given}'`,
    );
  });

  test.each([
    ['2026-03-02', '2026-03-01'],
    ['2026-03-01', '2026-03-01'],
    ['2026-03-01', '2026-03-01T01:00:00+02:00'],
  ])('--from %s --to %s is no range', (from, to) => {
    expect(() => parse([], { from, to })).toThrow(`--from must be before --to, got --from ${from} --to ${to}`);
  });
});

describe('--filter', () => {
  const pageId = '0123456789abcdef01234567';

  test('takes what the API documents, and everything behind the first = as the value', () => {
    const filter = ['status=paid', `pageId=${pageId}`, 'search=a=b@c'];
    const request = parse(['checkout_page'], { filter });
    expect(request).toMatchObject({ filters: { status: 'paid', pageId, search: 'a=b@c' }, backfill: false });
    expect(parse(['commet'], { filter: ['customerId=cus_1'] }).filters).toEqual({ customerId: 'cus_1' });
  });

  test('must be known to every source that is synced', () => {
    expect(() => parse([], { filter: ['status=paid'] })).toThrow(
      "--filter: commet has the filters customerId, got 'status'; name the SOURCE that has it",
    );
    expect(() => parse(['checkout_page'], { filter: ['__proto__=x'] })).toThrow("got '__proto__'");
  });

  test.each([
    ['a value that breaks its rule', 'pageId=jane@secret.example', 'got 19 characters that do not'],
    ['no value', 'search=', '--filter search needs a value, got none'],
    ['no name', '=jane@secret.example', "--filter is NAME=VALUE, got no name, or no '='"],
    ['no =', 'jane@secret.example', "--filter is NAME=VALUE, got no name, or no '='"],
  ])('refuses %s, and does not repeat the value', (_, given, message) => {
    expect(() => parse(['checkout_page'], { filter: [given] })).toThrow(message);
    expect(() => parse(['checkout_page'], { filter: [given] })).not.toThrow(/secret/);
  });

  test('refuses the same name twice', () => {
    expect(() => parse(['checkout_page'], { filter: ['status=paid', 'status=failed'] })).toThrow(
      '--filter status is given once, got it twice',
    );
  });
});

describe('--rate', () => {
  test('is requests a minute', () => {
    expect(parse([], { rate: '90/min' }).ratePerMinute).toBe(90);
  });

  test.each(['90', '0/min', '-1/min', '1.5/min', '90/s', '1e3/min', 'min', '', '1000000/min'])(
    "refuses '%s'",
    (rate) => {
      expect(() => parse([], { rate })).toThrow(`--rate is requests a minute, 1/min to 999999/min, got '${rate}'`);
    },
  );
});

describe('--base-url', () => {
  test.each([
    ['https://commet.co/api/v1', 'https://commet.co/api/v1'],
    ['https://api.checkoutpage.com/', 'https://api.checkoutpage.com'],
    ['http://127.0.0.1:8080/x/', 'http://127.0.0.1:8080/x'],
    ['http://localhost:1', 'http://localhost:1'],
    ['http://[::1]:1', 'http://[::1]:1'],
  ])('takes %s', (given, expected) => {
    expect(parse(['commet'], { baseUrl: given }).baseUrl).toBe(expected);
  });

  test.each([
    ['http://example.com', 'a base URL is https'],
    ['http://127.0.0.1.example.com', 'a base URL is https'],
    ['http://localhost.example.com', 'a base URL is https'],
    ['ftp://127.0.0.1', 'a base URL begins with https://'],
    ['commet.co', 'a base URL looks like https://api.example.com/v1'],
    ['https://user:secret@commet.co', 'a base URL holds no user and password'],
    ['https://commet.co/?key=secret', 'a base URL has no query'],
  ])('refuses %s', (given, message) => {
    expect(() => parse(['commet'], { baseUrl: given })).toThrow(message);
    expect(() => parse(['commet'], { baseUrl: given })).not.toThrow(/secret/);
  });

  test.each([
    [[], 'none'],
    [['commet', 'checkout_page'], 'commet, checkout_page'],
  ])('needs one SOURCE, not %p', (given, got) => {
    expect(() => parse(given, { baseUrl: 'https://x.example' })).toThrow(
      `--base-url needs exactly one SOURCE, got ${got}`,
    );
  });
});

test.each<[string, string[], Partial<SyncOptions>, string]>([
  [
    'an unknown SOURCE',
    ['stripe'],
    {},
    "SOURCE must be one of commet, checkout_page, got 'stripe'; for another account add --api",
  ],
  ['a SOURCE named twice', ['commet', 'commet'], {}, "a SOURCE is named once, got 'commet' twice"],
  ['an unknown API', ['shop'], { api: 'stripe' }, "--api must be one of commet, checkout_page, got 'stripe'"],
  ['--api without a SOURCE', [], { api: 'commet' }, '--api needs exactly one SOURCE, got none'],
  ['--api with two', ['a', 'b'], { api: 'commet' }, '--api needs exactly one SOURCE, got a, b'],
  ["an API's name for another API", ['commet'], { api: 'checkout_page' }, "instance 'commet' is of the API commet"],
  ['a name that is no name', ['Shop 2'], { api: 'commet' }, "an instance's name is snake_case"],
  ['a name of the pipeline', ['loads'], { api: 'commet' }, "an instance may not be named 'loads'"],
])('%s is refused', (_, given, options, message) => {
  expect(() => parse(given, options)).toThrow(UsageError);
  expect(() => parse(given, options)).toThrow(message);
});
