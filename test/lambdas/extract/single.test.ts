import { TerminalError } from '../../../lambdas/errors.ts';
import { canAskFor, openFinder } from '../../../lambdas/extract/single.ts';
import { checkoutPage } from '../../../lambdas/sources/checkout-page.ts';
import { commet } from '../../../lambdas/sources/commet.ts';
import type { Source } from '../../../lambdas/sources/source.ts';
import type { Answer } from '../../support/answering-server.ts';
import { closeTestClients, failure, testClient } from '../../support/test-client.ts';

afterEach(closeTestClients);

const answer = (body: unknown, status = 200): Answer => ({ status, body });

async function find(source: Source, id: string, searchedBy: string | null, ...answers: Answer[]) {
  const { server, client } = await testClient(answers, { source, instance: source.name });
  const page = await openFinder(client, source)({ id, searchedBy });
  return { page, urls: server.requests.map(({ url }) => url) };
}

describe('a single payment', () => {
  test('is got by its id, whatever the id holds, as a page of it alone', async () => {
    const id = 'pay/1 $& é?';
    const { page, urls } = await find(commet, id, null, answer({ success: true, data: { id } }));
    expect(page).toMatchObject({ records: [{ id }], more: false, next: null });
    expect(urls).toEqual([`/payments/${encodeURIComponent(id)}`]);
  });

  test('that the API does not have is null', async () => {
    expect((await find(commet, 'gone', null, answer({ success: false }, 404))).page).toBeNull();
  });

  test.each([
    ['another payment', { success: true, data: { id: 'other' } }],
    ['no payment', { success: true }],
    ['no success', { success: false, data: { id: 'a' } }],
  ])('answered with %s is a TerminalError', async (_, body) => {
    expect(await failure(find(commet, 'a', null, answer(body)))).toBeInstanceOf(TerminalError);
  });

  test('is found among the pages of a search where the API has no path for it', async () => {
    const first = answer({ data: [{ id: 'other' }], has_more: true, total: 2 });
    const second = answer({ data: [{ id: 'a', status: 'paid' }], has_more: false, total: 2 });
    const { page, urls } = await find(checkoutPage, 'a', 'order 1', first, second);
    expect(page).toMatchObject({ records: [{ id: 'a', status: 'paid' }], more: false, next: null });
    expect(urls).toEqual([
      '/v1/payments/?limit=100&search=order%201',
      '/v1/payments/?limit=100&search=order%201&starting_after=other',
    ]);
  });

  test('that its search does not find is null', async () => {
    const page = answer({ data: [{ id: 'other' }], has_more: false, total: 1 });
    expect((await find(checkoutPage, 'a', 'order 1', page)).page).toBeNull();
  });

  test('cannot be asked for where the field that the search goes by is empty', () => {
    expect(canAskFor(checkoutPage, { id: 'a', searchedBy: '' })).toBe(false);
    expect(canAskFor(checkoutPage, { id: 'a', searchedBy: null })).toBe(false);
    expect(canAskFor(commet, { id: 'a', searchedBy: null })).toBe(true);
  });
});
