import { type HttpClient, type HttpClientOptions, httpClient } from '../../lambdas/extract/http-client.ts';
import { checkoutPage } from '../../lambdas/sources/checkout-page.ts';
import { type Answer, type AnsweringServer, answeringServer } from './answering-server.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export const testKey = 'sk_test_9f8e7d6c5b4a';

export interface TestClient {
  readonly server: AnsweringServer;
  readonly client: HttpClient;
  readonly clock: VirtualClock;
}

const opened: { client: HttpClient; server: AnsweringServer }[] = [];

/** A Checkout Page client against a server that gives these answers; its waits pass at once. */
export async function testClient(
  answers: readonly Answer[],
  options: Partial<HttpClientOptions> = {},
): Promise<TestClient> {
  const server = await answeringServer(...answers);
  const clock = virtualClock();
  const client = httpClient({
    instance: 'checkout_page',
    source: checkoutPage,
    baseUrl: server.baseUrl,
    key: testKey,
    keyName: 'CHECKOUT_PAGE_API_KEY',
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.5,
    ...options,
  });
  opened.push({ client, server });
  return { server, client, clock };
}

/** For `afterEach`. */
export async function closeTestClients(): Promise<void> {
  for (const { client, server } of opened.splice(0)) {
    client.close();
    await server.close();
  }
}

/** What a promise was rejected with. */
export async function failure(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error('it did not fail with an error');
}
