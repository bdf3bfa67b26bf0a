import fc from 'fast-check';
import { TerminalError } from '../../../lambdas/errors.ts';
import { CursorRefused, openList } from '../../../lambdas/extract/pages.ts';
import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { commet } from '../../../lambdas/sources/commet.ts';
import type { Source } from '../../../lambdas/sources/source.ts';
import type { Answer } from '../../support/answering-server.ts';
import { closeTestClients, failure, testClient } from '../../support/test-client.ts';

afterEach(closeTestClients);

const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
const told = { answeredAt: Date.UTC(1994, 10, 6, 8, 49, 37), requestId: 'req_5' };
const answer = (body: unknown, status = 200): Answer => ({ status, headers: { 'x-request-id': 'req_5', date }, body });
const clientOf = (source: Source, ...answers: Answer[]) => testClient(answers, { source, instance: source.name });

async function readPage(source: Source, body: unknown, cursor: string | null = null) {
  const { client } = await clientOf(source, answer(body));
  return openList(client, source, {}).page(cursor);
}

const records = [
  { id: 'a', amount: 1 },
  { id: 'b', amount: 2 },
];

describe('a page', () => {
  test('of Checkout Page goes on after its last id, and tells the total', async () => {
    const page = await readPage(checkoutPage, { data: records, has_more: true, total: 7 });
    expect(page).toEqual({ records, more: true, next: 'b', total: 7, ...told });
  });

  test('of Commet goes on at its nextCursor', async () => {
    const page = await readPage(commet, { success: true, data: records, hasMore: true, nextCursor: '2026-01-01' });
    expect(page).toEqual({ records, more: true, next: '2026-01-01', total: null, ...told });
  });

  test.each([undefined, null, '', 'left over'])(
    'at Commet’s end goes nowhere, whatever nextCursor is (%p)',
    async (nextCursor) => {
      const page = await readPage(commet, { success: true, data: [], hasMore: false, nextCursor });
      expect(page).toMatchObject({ records: [], more: false, next: null });
    },
  );

  test('at Checkout Page’s end goes nowhere', async () => {
    expect(await readPage(checkoutPage, { data: records, has_more: false, total: 2 })).toMatchObject({ next: null });
  });

  test('that says "more" after no record leaves the question to the caller', async () => {
    const page = await readPage(checkoutPage, { data: [], has_more: true, total: 2 });
    expect(page).toMatchObject({ records: [], more: true, next: null });
  });

  test('with more or fewer records than were asked for is taken', async () => {
    const { client } = await clientOf(checkoutPage, answer({ data: records, has_more: false, total: 2 }));
    for (const limit of [1, 50])
      expect((await openList(client, checkoutPage, {}, limit).page(null)).records).toEqual(records);
  });
});

describe('a page that is not what the document says is a TerminalError:', () => {
  const whole = {
    checkout_page: { data: records, has_more: true, total: 2 },
    commet: { success: true, data: records, hasMore: true, nextCursor: 'c' },
  };
  const more = { checkout_page: 'has_more', commet: 'hasMore' };
  const bothWays = ([source, name]: [Source, 'checkout_page' | 'commet']): [string, Source, unknown, string][] => [
    ['an array', source, [], 'an answer is a JSON object, got an array'],
    ['null', source, null, 'an answer is a JSON object, got null'],
    ['no data', source, { ...whole[name], data: undefined }, "a page has an array 'data', got nothing"],
    ['an object as data', source, { ...whole[name], data: {} }, "a page has an array 'data', got an object"],
    ['a record that is null', source, { ...whole[name], data: [{ id: 'a' }, null] }, 'data[1] is an object, got null'],
    ['a record that is an array', source, { ...whole[name], data: [[]] }, 'data[0] is an object, got an array'],
    ['a record without id', source, { ...whole[name], data: [{}] }, 'data[0].id is a text, got nothing'],
    ['a number as id', source, { ...whole[name], data: [{ id: 5 }] }, 'data[0].id is a text, got a number'],
    [
      'half a surrogate pair as id',
      source,
      { ...whole[name], data: [{ id: 'a\ud83d' }] },
      'data[0].id is a text that UTF-8 can hold, got half a surrogate pair',
    ],
    ['an empty id', source, { ...whole[name], data: [{ id: '' }] }, 'data[0].id is a text, got an empty text'],
    ['no "more"', source, { ...whole[name], [more[name]]: undefined }, `'${more[name]}' is true or false, got nothing`],
    [
      'a text as "more"',
      source,
      { ...whole[name], [more[name]]: 'true' },
      `'${more[name]}' is true or false, got a text`,
    ],
    ['success false', source, { ...whole[name], success: false }, "an answer of 200 has 'success' true, got false"],
  ];
  const both: [Source, 'checkout_page' | 'commet'][] = [
    [checkoutPage, 'checkout_page'],
    [commet, 'commet'],
  ];
  const cases: [string, Source, unknown, string][] = [
    ...both.flatMap(bothWays),
    ...[undefined, null, -1, 1.5, '7', 2 ** 53].map((total): [string, Source, unknown, string] => [
      `a total of ${total}`,
      checkoutPage,
      { ...whole.checkout_page, total },
      "'total' is a whole number from 0, got ",
    ]),
    ...[undefined, null, '', 5, {}].map((nextCursor): [string, Source, unknown, string] => [
      `more with a nextCursor of ${JSON.stringify(nextCursor)}`,
      commet,
      { ...whole.commet, nextCursor },
      "'nextCursor' is a text while 'hasMore' is true, got ",
    ]),
    ['half a surrogate as cursor', commet, { ...whole.commet, nextCursor: 'a\ud800' }, 'half a surrogate pair'],
  ];

  test.each(cases)('%s (%#)', async (_, source, body, rule) => {
    const error = await failure(readPage(source, body, 'cur "1"\n'));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).toContain(`${source.name}: the answer is not what the API's document says: `);
    expect(error.message).toContain(rule);
    expect(error.message).toContain('(cursor "cur \\"1\\"\\n", request req_5)');
  });
});

describe('what is asked', () => {
  const end = answer({ success: true, data: [], hasMore: false, has_more: false, total: 0 });
  const sent = async (source: Source, filters: Record<string, string>, cursor: string | null, limit?: number) => {
    const { server, client } = await clientOf(source, end);
    await openList(client, source, filters, limit).page(cursor);
    await closeTestClients();
    return new URL(server.requests[0]?.url ?? '', server.baseUrl);
  };

  test('has the page size, the filters and the cursor', async () => {
    const url = await sent(checkoutPage, { status: 'paid', search: 'a+b@c.de' }, 'abc');
    expect(url.pathname).toBe('/v1/payments/');
    expect([...url.searchParams]).toEqual([
      ['limit', '100'],
      ['status', 'paid'],
      ['search', 'a+b@c.de'],
      ['starting_after', 'abc'],
    ]);
  });

  test('has the limit that was given, and no cursor at the start', async () => {
    expect((await sent(commet, {}, null, 7)).search).toBe('?limit=7');
  });

  test('has the cursor byte for byte', async () => {
    const odd = [
      ' ',
      '+',
      '%2B',
      '%',
      '&a=b',
      '#',
      '=',
      '/',
      '\u0000',
      '\r\n',
      'é',
      '😀',
      "'()*!~",
      '2026-01-01T00:00:00+00:00',
    ];
    for (const cursor of odd) expect((await sent(commet, {}, cursor)).searchParams.get('cursor')).toBe(cursor);
    const property = fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (cursor) => {
      const { search } = await sent(commet, {}, cursor);
      expect(decodeURIComponent(search.slice('?limit=100&cursor='.length))).toBe(cursor);
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

describe('a refused cursor', () => {
  test.each([400, 404])('is a CursorRefused after a %d', async (status) => {
    const { client } = await clientOf(checkoutPage, answer({}, status));
    const error = await failure(openList(client, checkoutPage, {}).page('abc'));
    expect(error).toBeInstanceOf(CursorRefused);
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).toBe(
      `checkout_page: the API refuses the cursor (${status}): the payment it stands on may be gone ` +
        `(GET /v1/payments/?limit&starting_after="abc", status ${status}, request req_5)`,
    );
  });

  test.each([
    [400, null],
    [404, null],
    [401, 'abc'],
    [422, 'abc'],
  ])('is not what a %d says with cursor %p', async (status, cursor) => {
    const { client } = await clientOf(checkoutPage, answer({}, status));
    const error = await failure(openList(client, checkoutPage, {}).page(cursor));
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).not.toBeInstanceOf(CursorRefused);
  });
});
